import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RingmasterError } from '../domain/failure.ts';
import type { JobRef } from '../domain/ids.ts';
import type { CopyResult } from './machine.ts';
import { corrupt, type CopyTools, withSignal } from './push-tree.ts';
import { remotePath, rsync, transferFailure } from './rsync.ts';
import { blobTake, blobThere } from './script/copy.ts';
import { sha256Files } from './sha256-files.ts';

/** Up to here a file goes through the connection that is open anyway; larger ones by rsync, which resumes. */
const inlineBytesMax = 8 * 1024 * 1024;
const checkMsMax = 10 * 60_000;

export async function pushBlob(tools: CopyTools, { from, sha256, signal }: { readonly from: string; readonly sha256: string; readonly signal?: AbortSignal }): Promise<CopyResult> {
  const there = await tools.script({ script: blobThere, args: [sha256], timeoutMs: 30_000, ...withSignal(signal) });
  const info = await stat(from).catch((cause: unknown) => {
    throw new RingmasterError('sync.source-missing', { cannot: `send an input to ${tools.node}`, because: `${from} is not there`, hint: '`ringmaster doctor`: the state folder has lost a file', fields: { path: from }, cause });
  });
  const result = { digest: sha256, files: 1, bytes: info.size };
  if (there.code === 0) return { ...result, changed: false, method: 'none' };
  const inline = info.size <= inlineBytesMax;
  if (!inline) await rsync(tools.remote, ['--partial', '--chmod=u=rw,go=', from, remotePath(tools.remote, `blobs/.in.${sha256}`)], undefined, signal);
  const taken = await tools.script({ script: blobTake, args: [sha256, inline ? 'stdin' : 'file'], ...(inline ? { stdin: await readFile(from) } : {}), timeoutMs: checkMsMax, ...withSignal(signal) });
  if (taken.code === 65) throw corrupt(tools.node, 'an input', `${from} (sha256 ${taken.stdout.toString('utf8').trim()})`);
  if (taken.code !== 0) throw transferFailure(tools.node, 'cat', taken.code, taken.signal, taken.stderr);
  return { ...result, changed: true, method: inline ? 'none' : 'rsync' };
}

export async function pullOutput(tools: CopyTools, parts: { readonly job: JobRef; readonly path: string; readonly sha256: string; readonly to: string; readonly signal?: AbortSignal }): Promise<CopyResult> {
  const { job, path, sha256, to, signal } = parts;
  const have = await stat(to).catch(() => undefined);
  if (have !== undefined) return { digest: sha256, files: 1, bytes: have.size, changed: false, method: 'none' };
  await mkdir(dirname(to), { recursive: true });
  const from = `jobs/${job.item}/${job.epoch}/output/${path}`;
  const seen = await tools.script({ script: 'if [ "$(stat -c %s "$1")" -le "$2" ]; then cat "$1"; else exit 10; fi', args: [from, String(inlineBytesMax)], timeoutMs: checkMsMax, outputBytesMax: inlineBytesMax + 1, ...withSignal(signal) });
  const part = `${to}.part`;
  if (seen.code === 0) await writeFile(part, seen.stdout);
  else if (seen.code === 10) await rsync(tools.remote, ['--partial', remotePath(tools.remote, from), part], undefined, signal);
  else throw transferFailure(tools.node, 'cat', seen.code, seen.signal, seen.stderr);
  const got = seen.code === 0 ? createHash('sha256').update(seen.stdout).digest('hex') : (await sha256Files(dirname(part), [part.slice(dirname(part).length + 1)], signal)).values().next().value;
  if (got !== sha256) {
    await rm(part, { force: true });
    throw corrupt(tools.node, `output ${path} of ${job.item}/${job.epoch}`, `sha256 ${got}`);
  }
  const { size } = await stat(part);
  await rename(part, to);
  return { digest: sha256, files: 1, bytes: size, changed: true, method: seen.code === 0 ? 'none' : 'rsync' };
}
