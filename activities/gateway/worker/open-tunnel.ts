import type { KeyRing } from '../../../src/contract/proof/key-ring.ts';
import { tunnelNeedsKey } from '../../../src/domain/cluster/tunnel-key.ts';
import type { ServerPort } from '../../../src/domain/node/server-route.ts';
import type { Machine } from '../../../src/transport/machine.ts';

/**
 * Opens the tunnel by which the worker reaches the server, or does nothing when it is open. Throws `worker.tunnel-key` when the cluster has no key:
 * every user of the node can use the tunnel.
 */
export async function openTunnel(machine: Machine, to: ServerPort, keys: KeyRing | undefined): Promise<void> {
  if (keys === undefined) throw tunnelNeedsKey([machine.node], `${to.host}:${to.port}`, true);
  await machine.tunnel?.(to).open();
}
