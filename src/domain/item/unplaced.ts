/**
 * Pending items that no node of the cluster file has the slots and labels for. Nothing ends their wait but a person: a turn has an end of its own
 * (`no-node.ts`), and an item of an operator may wait on purpose for a node that comes later. So they are named when they are queued, and as long as they wait.
 */
import { upCommand } from '../cluster/own-command.ts';
import type { NodeConfig } from '../cluster/cluster.ts';
import type { PendingShape } from '../node/stranded.ts';
import { lackOfNodes, type PowerOfNode } from './no-node.ts';
import type { WorkItemSpec } from './work-item.ts';

export interface UnplacedShape extends PendingShape {
  /** Why no node can run the items, with the nodes that come nearest. */
  readonly because: string;
}

const namedMax = 3;

export const unplacedShapes = (shapes: readonly PendingShape[], nodes: readonly PowerOfNode[]): readonly UnplacedShape[] =>
  shapes.flatMap((shape) => {
    const because = lackOfNodes(shape, nodes);
    return because === undefined ? [] : [{ ...shape, because }];
  });

/** Returns a clause, for example: "3 items (a, b and others) wait for a node, because no node of the cluster file has 8 slots (big has 4 slots)". */
export function sayUnplaced({ items, first, because }: UnplacedShape): string {
  const named = first.slice(0, namedMax).join(', ') + (items > Math.min(namedMax, first.length) ? ' and others' : '');
  return `${items} ${items === 1 ? 'item waits' : 'items wait'} for a node (${named}), because ${because}`;
}

export const unplacedCure = (item: string, clusterFile: string): string =>
  `giving a node what they need, then ${upCommand(clusterFile)}; or ringmaster job cancel ${item}`;

/** Groups items by the slots and labels that they need. */
export function shapesOf(items: readonly Pick<WorkItemSpec, 'id' | 'slots' | 'labels'>[]): readonly PendingShape[] {
  const shapes = new Map<string, PendingShape>();
  for (const { id, slots, labels } of items) {
    const key = JSON.stringify([slots, labels.toSorted()]);
    const { items: count, first } = shapes.get(key) ?? { items: 0, first: [] };
    shapes.set(key, { slots, labels, items: count + 1, first: [...first, id].slice(0, namedMax) });
  }
  return [...shapes.values()];
}

export const powerOf = ({ id, slots, labels }: Pick<NodeConfig, 'id' | 'slots' | 'labels'>): PowerOfNode => ({ node: id, slots, labels });
