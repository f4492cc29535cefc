import type { NodeView } from '../../domain/node/node.ts';

/** Returns how the node's own worker reaches the server, or why it does not run. Returns undefined for a node without a worker of its own. */
export function sayWorker({ worker, route }: Pick<NodeView, 'worker' | 'route'>): string | undefined {
  if (worker === undefined) return undefined;
  if (worker.fault !== undefined) return `its worker does not run, and calls go over SSH. ${worker.fault}`;
  return `its worker ${route === 'resident' ? 'reaches' : 'is starting and is to reach'} the server ${worker.server}`;
}
