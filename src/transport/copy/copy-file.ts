import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { given } from '../../base/given.ts';
import { RingmasterError } from '../../domain/failure/error.ts';
import { type JobRef, jobKey } from '../../domain/ids.ts';
import { copyLimits } from '../limits.ts';
import type { CopyRequest, CopyResult } from '../machine.ts';
import { incomingBlob, outputFolder } from '../node-folder.ts';
import { exitStatus } from '../script/exit-status.ts';
import { programs } from '../script/programs.ts';
import type { CopyTools } from './copy-tools.ts';
import { remotePath } from './remote.ts';
import { rsyncIsHere, rsyncOrStream } from './rsync.ts';
import { runPipeline, shWords } from './run-pipeline.ts';
import { sha256Files } from './sha256-files.ts';
import { corrupt, transferFailure } from './transfer-failure.ts';

/**
 * Sends a file to the node's `blobs/<sha256>`. Sends nothing when the node already has the file. The node verifies the checksum before it renames the
 * file to this name.
 */
export async function pushBlob(
  tools: CopyTools,
  { from, sha256, signal }: { readonly from: string; readonly sha256: string; readonly signal?: AbortSignal },
): Promise<CopyResult> {
  const { node, remote, script } = tools;
  const info = await stat(from).catch((cause: unknown) => {
    throw new RingmasterError('sync.source-missing', {
      cannot: `send an input to ${node}`,
      because: `${from} is not there`,
      hint: { say: 'putting that file back from a copy of the state folder' },
      fields: { path: from },
      cause,
    });
  });
  const result = { digest: sha256, files: 1, bytes: info.size };
  const found = await script({ script: programs.findBlob, args: [sha256], timeoutMs: copyLimits.scriptMsMax, ...given({ signal }) });
  if (found.code === 0) return { ...result, changed: false, method: 'none' };
  if (found.code !== exitStatus.needed) throw transferFailure(remote, 'mkdir', found.code, found.signal, found.stderr);
  const incoming = incomingBlob(sha256);
  const inline = info.size <= copyLimits.inlineBytesMax;
  const byRsync = !inline && found.stdout.toString('utf8').includes('rsync') && rsyncIsHere();
  const there = { program: programs.writeStream, args: [`${remote.folder}/${incoming}`] };
  const stream = (): Promise<void> => runPipeline(remote, { before: ['cat', from], there }, undefined, signal);
  if (byRsync) await rsyncOrStream(remote, ['--partial', '--chmod=u=rw,go=', from, remotePath(remote, incoming)], stream, signal);
  else if (!inline) await stream();
  const taken = await script({
    script: programs.takeBlob,
    args: [sha256, incoming, inline ? 'stdin' : 'file'],
    ...given({ stdin: inline ? await readFile(from) : undefined }),
    timeoutMs: copyLimits.fileCheckMsMax,
    ...given({ signal }),
  });
  if (taken.code === exitStatus.differs)
    throw corrupt(node, 'an input', `${from} has sha256 ${taken.stdout.toString('utf8').trim()} on the node, not ${sha256}`);
  if (taken.code !== 0) throw transferFailure(remote, 'cat', taken.code, taken.signal, taken.stderr);
  return { ...result, changed: true, method: byRsync ? 'rsync' : 'tar' };
}

/**
 * Fetches one output file of a job to the path `to`. Fetches nothing when `to` already exists with the right checksum. Verifies the checksum of a
 * fetched file before the rename to `to`.
 */
export async function pullOutput(tools: CopyTools, parts: Omit<Extract<CopyRequest, { readonly type: 'pull-output' }>, 'type'>): Promise<CopyResult> {
  const { node, remote, script } = tools;
  const { job, path, bytes, sha256, to, signal } = parts;
  const have = await stat(to).catch(() => undefined);
  if (have !== undefined && (await sumOf(to, signal)) === sha256)
    return { digest: sha256, files: 1, bytes: have.size, changed: false, method: 'none' };
  await mkdir(dirname(to), { recursive: true });
  const from = `${outputFolder(job)}/${path}`;
  const part = `${to}.part`;
  const seen = await script({
    script: programs.readOutput,
    args: [from, bytes > copyLimits.inlineBytesMax ? 'large' : 'small'],
    timeoutMs: copyLimits.fileCheckMsMax,
    outputBytesMax: copyLimits.inlineBytesMax + 1,
    ...given({ signal }),
  });
  const byRsync = seen.code === exitStatus.needed && seen.stdout.toString('utf8').includes('rsync') && rsyncIsHere();
  if (seen.code === exitStatus.missing) throw outputMissing(node, job, path);
  const there = { program: programs.readStream, args: [`${remote.folder}/${from}`] };
  const stream = (): Promise<void> => runPipeline(remote, { there, after: shWords(programs.writeStream, [part]) }, undefined, signal);
  if (seen.code === 0) await writeFile(part, seen.stdout);
  else if (seen.code !== exitStatus.needed) throw transferFailure(remote, 'cat', seen.code, seen.signal, seen.stderr);
  else if (byRsync) await rsyncOrStream(remote, ['--partial', remotePath(remote, from), part], stream, signal);
  else await stream();
  const got = await sumOf(part, signal);
  if (got !== sha256) {
    await rm(part, { force: true });
    throw corrupt(node, `output ${path} of ${jobKey(job)}`, `sha256 ${got}, not ${sha256}`);
  }
  const { size } = await stat(part);
  await rename(part, to);
  return { digest: sha256, files: 1, bytes: size, changed: true, method: byRsync ? 'rsync' : 'tar' };
}

const sumOf = async (path: string, signal?: AbortSignal): Promise<string | undefined> =>
  (await sha256Files(dirname(path), [basename(path)], signal)).get(basename(path));

/** Returns the failure for an output file that is not on the node. */
export const outputMissing = (node: string, job: JobRef, path: string): RingmasterError =>
  new RingmasterError('sync.source-missing', {
    cannot: `fetch output ${path} of ${jobKey(job)}`,
    because: `the folder of ${node} has no ${outputFolder(job)}/${path}`,
    hint: {
      say: 'putting that file back, or leaving it gone: then the item is tried again until it has no tries left',
      run: `ringmaster explain ${job.item}`,
    },
    fields: { node, item: job.item, epoch: job.epoch, path },
  });
