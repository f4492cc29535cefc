import type { ClusterIdentity } from '../../src/domain/cluster/cluster-identity.ts';
import { findMarked } from '../../src/process/find-marked.ts';
import { signal } from '../../src/process/process-identity.ts';
import { closeLeftoverControls } from '../../src/transport/ssh/control-socket.ts';

/**
 * Ends the transfers of a gateway that was killed (rsync, tar and their ssh), and returns how many processes and connections it ended. Such transfers
 * continue without their gateway and would write to the same files as ours, so this runs before our first transfer. Bytes that have arrived are kept,
 * and the next try continues from them.
 */
export async function endLeftovers(state: string, owner: ClusterIdentity): Promise<number> {
  const left = findMarked(state, owner, 'gateway');
  for (const one of left) signal(one, 'SIGKILL');
  return left.length + (await closeLeftoverControls(owner.id));
}
