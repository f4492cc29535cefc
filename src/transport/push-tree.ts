import { RingmasterError } from '../domain/failure.ts';
import type { CopyResult } from './machine.ts';
import { remotePath, rsync, runTransfer, transferFailure, type Remote } from './rsync.ts';
import { pushTreeBegin, pushTreeEnd } from './script/copy.ts';
import type { ShellRequest, ShellResult } from './shell.ts';
import { readTree } from './tree-manifest.ts';
import { quote } from './quote.ts';

export interface CopyTools {
  readonly node: string;
  readonly remote: Remote;
  /** Runs a script in the node's folder. */
  readonly script: (request: ShellRequest) => Promise<ShellResult>;
}

/** Jobs may still read a version that is no longer current. */
const versionsKept = 4;
const checkMsMax = 30 * 60_000;

/** Home → node: `incoming` (resumable) → verified by sha256 there → `v/<digest>` → `current` flipped by rename. */
export async function pushTree(tools: CopyTools, parts: { readonly dataset: string; readonly from: string; readonly signal?: AbortSignal; readonly bandwidthKibMax?: number }): Promise<CopyResult> {
  const { dataset, from, signal, bandwidthKibMax } = parts;
  const manifest = await readTree(from, signal);
  const bytes = manifest.entries.reduce((sum, entry) => sum + entry.bytes, 0);
  const result = { digest: manifest.digest, files: manifest.entries.length, bytes };
  const begun = await tools.script({ script: pushTreeBegin, args: [dataset, manifest.digest], timeoutMs: 30_000, ...withSignal(signal) });
  if (begun.code === 0) return { ...result, changed: false, method: 'none' };
  if (begun.code !== 10) throw transferFailure(tools.node, 'mkdir', begun.code, begun.signal, begun.stderr);
  const to = `replicas/${dataset}/incoming`;
  const method = begun.stdout.toString('utf8').includes('rsync') ? 'rsync' : 'tar';
  if (method === 'rsync') {
    const limit = bandwidthKibMax === undefined ? [] : [`--bwlimit=${bandwidthKibMax}`];
    await rsync(tools.remote, ['-rtp', '--delete', '--partial-dir=.partial', '--link-dest=../current', ...limit, `${from}/`, remotePath(tools.remote, `${to}/`)], undefined, signal);
  } else await tarTo(tools.remote, from, to, signal);
  const ended = await tools.script({ script: pushTreeEnd, args: [dataset, manifest.digest, String(manifest.entries.length), String(versionsKept)], stdin: manifest.text, timeoutMs: checkMsMax, ...withSignal(signal) });
  if (ended.code === 65) throw corrupt(tools.node, dataset, ended.stdout.toString('utf8').trim());
  if (ended.code !== 0) throw transferFailure(tools.node, 'verify', ended.code, ended.signal, ended.stderr);
  return { ...result, changed: true, method };
}

export const withSignal = (signal: AbortSignal | undefined): { readonly signal?: AbortSignal } => (signal === undefined ? {} : { signal });

export const corrupt = (node: string, what: string, which: string): RingmasterError =>
  new RingmasterError('sync.corrupt', {
    cannot: `accept ${what} between home and ${node}`,
    because: `what arrived is not what was sent: ${which.split('\n').slice(0, 5).join(', ')}`,
    hint: 'again: the bad files were removed; if it returns, look at the disk and memory of both machines',
    fields: { node, what },
  });

/** For nodes without rsync: one tar stream over the same connection. Not resumable: what is there is replaced. */
function tarTo({ node, shell, host, folder }: Remote, from: string, to: string, signal?: AbortSignal): Promise<void> {
  const unpack = `cd ${quote(`${folder}/${to}`)} && tar -xf -`;
  const sink = shell === undefined || host === undefined ? `sh -c ${quote(unpack)}` : `${shell.map(quote).join(' ')} ${quote(host)} ${quote(unpack)}`;
  return runTransfer(node, 'sh', ['-c', `tar -C ${quote(from)} -cf - . | ${sink}`], undefined, signal);
}
