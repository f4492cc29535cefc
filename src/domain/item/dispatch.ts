/**
 * Matches pending items to free slots. The plan leaves no choice to the activity that executes it.
 *
 * - Items are taken by priority, greatest first, then by age, oldest first.
 * - Only nodes that are `alive` and in service get work. The node must have all labels that the item needs. A node never gets more work than it has
 *   slots.
 * - An item goes to the suitable node with the greatest share of free slots, which spreads the load. Among equals, it goes to the node with the most
 *   free slots, then to the node with the first id.
 * - An item avoids the node where it failed last. A replacement that has not been tried yet avoids the node that damaged the games of its original.
 *   The item avoids this node as long as another alive node has enough slots and the right labels, even if all slots of the other node are in use
 *   now.
 * - An item that needs several slots and fits on no node at present reserves the best node. Otherwise smaller items behind it would delay it for
 *   ever.
 */
import type { ItemId, NodeId } from '../ids.ts';
import { assignmentsMax } from '../limits.ts';
import { fits, takesJobs } from '../node/merge.ts';
import type { NodeView } from '../node/node.ts';

export interface DispatchItem {
  readonly id: ItemId;
  readonly priority: number;
  /** The item's row number in the queue. A newer item has a greater number. */
  readonly order: number;
  readonly slots: number;
  readonly labels: readonly string[];
  /** The node where the item failed last. For a replacement that has not been tried yet, the node that damaged the games of its original. */
  readonly avoid?: NodeId;
}

export type DispatchNode = Pick<NodeView, 'node' | 'state' | 'slots' | 'labels' | 'wish'>;

export interface HeldSlots {
  readonly node: NodeId;
  readonly slots: number;
}

export interface DispatchInput {
  readonly items: readonly DispatchItem[];
  readonly nodes: readonly DispatchNode[];
  readonly held: readonly HeldSlots[];
  readonly max?: number;
}

/** An item and the node that takes it. */
export interface Match extends HeldSlots {
  readonly item: ItemId;
}

interface Room {
  readonly node: DispatchNode;
  free: number;
  kept: boolean;
}

export function dispatch({ items, nodes, held, max = assignmentsMax }: DispatchInput): readonly Match[] {
  const rooms = roomsOf(nodes, held);
  const matches: Match[] = [];
  for (const item of items.toSorted((a, b) => b.priority - a.priority || a.order - b.order)) {
    if (matches.length >= Math.min(max, assignmentsMax)) break;
    const suitable = suitableFor(item, rooms);
    const room = best(suitable.filter((candidate) => !candidate.kept && candidate.free >= item.slots));
    if (room !== undefined) {
      room.free -= item.slots;
      matches.push({ item: item.id, node: room.node.node, slots: item.slots });
    } else if (item.slots > 1) {
      const keep = best(suitable.filter((candidate) => !candidate.kept));
      if (keep !== undefined) keep.kept = true;
    }
  }
  return matches;
}

function roomsOf(nodes: readonly DispatchNode[], held: readonly HeldSlots[]): readonly Room[] {
  const used = slotsByNode(held);
  return nodes
    .filter((node) => takesJobs(node) && node.slots > 0)
    .map((node) => ({ node, free: Math.max(0, node.slots - (used.get(node.node) ?? 0)), kept: false }));
}

export function slotsByNode(held: readonly HeldSlots[]): ReadonlyMap<NodeId, number> {
  const sums = new Map<NodeId, number>();
  for (const { node, slots } of held) sums.set(node, (sums.get(node) ?? 0) + slots);
  return sums;
}

/** Returns the number of free slots on the nodes that may get work. */
export const freeSlots = (nodes: readonly DispatchNode[], held: readonly HeldSlots[]): number =>
  roomsOf(nodes, held).reduce((sum, { free }) => sum + free, 0);

/** Returns the nodes that could take the item if all their slots were free. Leaves out the node to avoid, unless it is the only such node. */
function suitableFor(item: DispatchItem, rooms: readonly Room[]): readonly Room[] {
  const able = rooms.filter(({ node }) => fits(node, item));
  const others = able.filter(({ node }) => node.node !== item.avoid);
  return others.length > 0 ? others : able;
}

const before = (a: Room, b: Room): boolean => {
  const share = a.free / a.node.slots - b.free / b.node.slots;
  if (share !== 0) return share > 0;
  if (a.free !== b.free) return a.free > b.free;
  return a.node.node < b.node.node;
};
const best = (rooms: readonly Room[]): Room | undefined =>
  rooms.reduce<Room | undefined>((top, room) => (top === undefined || before(room, top) ? room : top), undefined);
