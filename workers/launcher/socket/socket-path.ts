import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { statePaths } from '../../../src/domain/cluster/state-paths.ts';
import { launcherLimits } from '../../limits.ts';

/**
 * Returns the path of the launcher's socket. The socket is in the state folder. When that path would be too long, the socket is in a folder of our
 * own under /tmp.
 */
export function socketPath(state: string): string {
  const near = statePaths(state).launcherSocket;
  if (Buffer.byteLength(near) <= launcherLimits.socketPathBytesMax) return near;
  const hash = createHash('sha256').update(state).digest('hex').slice(0, 16);
  return join(tmpdir(), `ringmaster-${process.getuid?.() ?? 0}-${hash}`, 'launcher.sock');
}

export const lockPath = (path: string): string => `${path}.lock`;

/** Removes the socket and its lock. Also removes their folder when it is outside the state folder. */
export function removeSocket(state: string): void {
  const path = socketPath(state);
  try {
    rmSync(path, { force: true });
    rmSync(lockPath(path), { force: true });
    if (path !== statePaths(state).launcherSocket) rmSync(dirname(path), { recursive: true, force: true });
  } catch {
    // A disk that allows no change keeps the socket. The next launcher finds it stale and takes it over.
  }
}
