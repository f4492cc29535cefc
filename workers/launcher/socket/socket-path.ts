import { createHash } from 'node:crypto';
import { rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { statePaths } from '../../../src/domain/cluster/state-paths.ts';
import { launcherLimits } from '../../limits.ts';

/**
 * Returns the path of the launcher's socket. The socket is in the state folder. When that path would be too long, the socket is in a folder of our
 * own under /tmp.
 */
export const socketPath = (state: string): string => shortPath(state, statePaths(state).launcherSocket, 'launcher');

/** Returns the path of the gateway's door for logs, by the same rule. */
export const logDoorPath = (state: string): string => shortPath(state, statePaths(state).logDoor, 'gateway');

function shortPath(state: string, near: string, owner: string): string {
  if (Buffer.byteLength(near) <= launcherLimits.socketPathBytesMax) return near;
  const hash = createHash('sha256').update(state).digest('hex').slice(0, 16);
  const folder = `ringmaster-${process.getuid?.() ?? 0}-${hash}`;
  return join(tmpdir(), owner === 'launcher' ? folder : `${folder}-${owner}`, `${owner}.sock`);
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
