import { RingmasterError } from '../src/domain/failure/error.ts';
import type { NodeId } from '../src/domain/ids.ts';
import type { Machine } from '../src/transport/machine.ts';

/** The machines that this process can reach. Each machine is opened once and stays open. */
export interface Machines {
  get: (node: NodeId) => Machine;
  all: () => readonly Machine[];
}

export function machinesOf(machines: readonly Machine[]): Machines {
  const byNode = new Map(machines.map((machine) => [machine.node, machine]));
  return {
    all: () => machines,
    get: (node) => {
      const machine = byNode.get(node);
      if (machine !== undefined) return machine;
      throw new RingmasterError('node.unknown', {
        cannot: `reach node ${node}`,
        because: `the cluster file has no such node (it has ${[...byNode.keys()].join(', ')})`,
        hint: { say: 'a node id of this cluster', run: 'ringmaster node list' },
        fields: { node },
      });
    },
  };
}
