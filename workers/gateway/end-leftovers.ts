import { closeLeftoverControls } from '../../src/transport/ssh/control-socket.ts';
import { findMarked } from '../../src/process/find-marked.ts';
import { signal } from '../../src/process/process-identity.ts';

/**
 * Transfers of a gateway that was killed go on without it (rsync, tar, their ssh). Nobody waits for them any more, and they would write beside ours:
 * they are ended before the first of ours begins. What had arrived is kept and the next try goes on from it.
 */
export async function endLeftovers(state: string, cluster: string): Promise<number> {
  const left = findMarked(state, cluster, 'gateway');
  for (const one of left) signal(one, 'SIGKILL');
  return left.length + (await closeLeftoverControls(cluster));
}
