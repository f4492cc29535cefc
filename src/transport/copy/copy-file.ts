import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { RingmasterError } from '../../domain/failure/failure.ts';
import type { JobRef } from '../../domain/ids.ts';
import type { CopyResult } from '../machine.ts';
import { quote } from '../quote.ts';
import { blobTake, blobThere, outputSmall } from '../script/copy.ts';
import { type CopyTools, withSignal } from './copy-tools.ts';
import { remotePath } from './remote.ts';
import { rsync, rsyncIsHere } from './rsync.ts';
import { runPipeline } from './run-pipeline.ts';
import { sha256Files } from './sha256-files.ts';
import { corrupt, transferFailure } from './transfer-failure.ts';

/** Up to here a file goes through the connection that is open anyway; larger ones by rsync, which resumes, or by a stream, which does not. */
const inlineBytesMax = 8 * 1024 * 1024;
const checkMsMax = 10 * 60_000;

export async function pushBlob(
  tools: CopyTools,
  { from, sha256, signal }: { readonly from: string; readonly sha256: string; readonly signal?: AbortSignal },
): Promise<CopyResult> {
  const { node, remote, script } = tools;
  const info = await stat(from).catch((cause: unknown) => {
    throw new RingmasterError('sync.source-missing', {
      cannot: `send an input to ${node}`,
      because: `${from} is not there`,
      hint: '`ringmaster doctor`: the state folder has lost a file',
      fields: { path: from },
      cause,
    });
  });
  const result = { digest: sha256, files: 1, bytes: info.size };
  const there = await script({ script: blobThere, args: [sha256], timeoutMs: 30_000, ...withSignal(signal) });
  if (there.code === 0) return { ...result, changed: false, method: 'none' };
  if (there.code !== 10) throw transferFailure(node, 'mkdir', there.code, there.signal, there.stderr);
  const incoming = `blobs/.in.${sha256}`;
  const inline = info.size <= inlineBytesMax;
  const byRsync = !inline && there.stdout.toString('utf8').includes('rsync') && rsyncIsHere();
  if (byRsync) await rsync(remote, ['--partial', '--chmod=u=rw,go=', from, remotePath(remote, incoming)], undefined, signal);
  else if (!inline)
    await runPipeline(remote, { before: `cat ${quote(from)}`, there: `cat >${quote(`${remote.folder}/${incoming}`)}` }, undefined, signal);
  const taken = await script({
    script: blobTake,
    args: [sha256, inline ? 'stdin' : 'file'],
    ...(inline ? { stdin: await readFile(from) } : {}),
    timeoutMs: checkMsMax,
    ...withSignal(signal),
  });
  if (taken.code === 65) throw corrupt(node, 'an input', `${from} has sha256 ${taken.stdout.toString('utf8').trim()} there, not ${sha256}`);
  if (taken.code !== 0) throw transferFailure(node, 'cat', taken.code, taken.signal, taken.stderr);
  return { ...result, changed: true, method: byRsync ? 'rsync' : 'tar' };
}

export async function pullOutput(
  tools: CopyTools,
  parts: { readonly job: JobRef; readonly path: string; readonly sha256: string; readonly to: string; readonly signal?: AbortSignal },
): Promise<CopyResult> {
  const { node, remote, script } = tools;
  const { job, path, sha256, to, signal } = parts;
  const have = await stat(to).catch(() => undefined);
  if (have !== undefined && (await sumOf(to, signal)) === sha256)
    return { digest: sha256, files: 1, bytes: have.size, changed: false, method: 'none' };
  await mkdir(dirname(to), { recursive: true });
  const from = `jobs/${job.item}/${job.epoch}/output/${path}`;
  const part = `${to}.part`;
  const seen = await script({
    script: outputSmall,
    args: [from, String(inlineBytesMax)],
    timeoutMs: checkMsMax,
    outputBytesMax: inlineBytesMax + 1,
    ...withSignal(signal),
  });
  const byRsync = seen.code === 10 && seen.stdout.toString('utf8').includes('rsync') && rsyncIsHere();
  if (seen.code === 66) throw outputMissing(node, job, path);
  if (seen.code === 0) await writeFile(part, seen.stdout);
  else if (seen.code !== 10) throw transferFailure(node, 'cat', seen.code, seen.signal, seen.stderr);
  else if (byRsync) await rsync(remote, ['--partial', remotePath(remote, from), part], undefined, signal);
  else await runPipeline(remote, { there: `cat ${quote(`${remote.folder}/${from}`)}`, after: `cat >${quote(part)}` }, undefined, signal);
  const got = await sumOf(part, signal);
  if (got !== sha256) {
    await rm(part, { force: true });
    throw corrupt(node, `output ${path} of ${job.item}/${job.epoch}`, `sha256 ${got}, not ${sha256}`);
  }
  const { size } = await stat(part);
  await rename(part, to);
  return { digest: sha256, files: 1, bytes: size, changed: true, method: byRsync ? 'rsync' : 'tar' };
}

const sumOf = async (path: string, signal?: AbortSignal): Promise<string | undefined> =>
  (await sha256Files(dirname(path), [basename(path)], signal)).get(basename(path));

export const outputMissing = (node: string, job: JobRef, path: string): RingmasterError =>
  new RingmasterError('sync.source-missing', {
    cannot: `fetch output ${path} of ${job.item}/${job.epoch}`,
    because: `it is not on ${node}`,
    hint: `\`ringmaster explain ${job.item}\``,
    fields: { node, item: job.item, epoch: job.epoch, path },
  });
