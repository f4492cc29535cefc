/**
 * Decides how the own worker of a node reaches the Temporal server.
 *
 *   the node has `reachableAs`                            at that address
 *   the node is this machine (`local`, `practice`)        at the server's own address
 *   the file has `temporal.reachableAs`                   at that address
 *   the server listens on the loopback of this machine    by a tunnel over the SSH connection of the gateway
 *   the server is elsewhere                               at the server's own address
 */
import type { NodeConfig, RunningCluster } from '../cluster/cluster.ts';
import { loopbackServer } from '../cluster/choose-server.ts';

export interface ServerPort {
  readonly host: string;
  readonly port: number;
}

export type ServerRoute =
  /** The node is this machine. */
  | { readonly type: 'here'; readonly address: string }
  | { readonly type: 'address'; readonly address: string }
  /** sshd listens on the loopback of the node. Each connection there is carried to `to`, which is an address on this machine. */
  | { readonly type: 'tunnel'; readonly to: ServerPort };

export function serverRoute(
  { connect, practice, reachableAs }: Pick<NodeConfig, 'connect' | 'practice' | 'reachableAs'>,
  { config, temporalAddress }: Pick<RunningCluster, 'config' | 'temporalAddress'>,
): ServerRoute {
  if (reachableAs !== undefined) return { type: 'address', address: reachableAs };
  if (connect.type === 'local' || practice !== undefined) return { type: 'here', address: temporalAddress };
  if (config.temporal.reachableAs !== undefined) return { type: 'address', address: config.temporal.reachableAs };
  const to = loopbackServer(temporalAddress);
  return to === undefined ? { type: 'address', address: temporalAddress } : { type: 'tunnel', to };
}

/** Returns the words that follow "its worker reaches the server", for people. */
export function sayServerRoute(route: ServerRoute, port?: number): string {
  switch (route.type) {
    case 'here':
      return 'on this machine';
    case 'address':
      return `at ${route.address}`;
    case 'tunnel':
      return `by a tunnel over SSH${port === undefined ? ', which is not open' : ` (port ${port} on the loopback of the node)`}`;
  }
}
