import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { quoteAll } from '../quote.ts';
import type { Remote } from './remote.ts';
import { runTransfer } from './run-transfer.ts';

const onPath = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(':').some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
export const rsyncIsHere = (): boolean => onPath('rsync');

/** Times are compared to the nanosecond: a file of the same size written again within a second is a different file. */
export const treeFlags: readonly string[] = ['-rtp', '--modify-window=-1'];

/** Runs rsync to its end. A killed or broken one leaves what it has, for the next. */
export async function rsync(remote: Remote, args: readonly string[], stdin: string | undefined, signal?: AbortSignal): Promise<void> {
  const shell = remote.shell === undefined ? [] : ['-e', quoteAll(remote.shell)];
  await runTransfer(remote.node, 'rsync', [...shell, '--protect-args', '--timeout=60', ...args], stdin, signal);
}
