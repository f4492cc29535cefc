import { createHash } from 'node:crypto';
import { existsSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { statePaths } from '../../../src/domain/cluster/state-paths.ts';
import { sharedFolders } from '../../../src/system/user-folders.ts';
import { launcherLimits } from '../../limits.ts';

/**
 * Returns the path of the launcher's socket. The socket is in the state folder. When that path would be too long, the socket is in a folder of our
 * own in a temporary folder of the system. Variables such as TMPDIR do not matter, because `up` and a later command can have other ones.
 */
export const socketPath = (state: string): string => shortPath(state, statePaths(state).launcherSocket, 'launcher');

/** Returns the path of the gateway's door for logs, by the same rule. */
export const logDoorPath = (state: string): string => shortPath(state, statePaths(state).logDoor, 'gateway');

function shortPath(state: string, near: string, owner: string): string {
  if (Buffer.byteLength(near) <= launcherLimits.socketPathBytesMax) return near;
  const hash = createHash('sha256').update(state).digest('hex').slice(0, 16);
  const folder = `ringmaster-${process.getuid?.() ?? 0}-${hash}`;
  const paths = [...sharedFolders(), tmpdir()].map((root) => join(root, owner === 'launcher' ? folder : `${folder}-${owner}`, `${owner}.sock`));
  // A launcher of an older release has its socket in the folder that TMPDIR named.
  return paths.find((path) => existsSync(path)) ?? paths[0] ?? near;
}

export const lockPath = (path: string): string => `${path}.lock`;

/** Removes the socket and its lock. Also removes their folder when it is outside the state folder. */
export function removeSocket(state: string): void {
  const path = socketPath(state);
  try {
    rmSync(path, { force: true });
    rmSync(lockPath(path), { force: true });
    if (path !== statePaths(state).launcherSocket) rmdirSync(dirname(path));
  } catch {
    // A disk that allows no change keeps the socket. The next launcher finds it stale and takes it over.
  }
}
