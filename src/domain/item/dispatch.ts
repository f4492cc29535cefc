/**
 * The match of pending items to free slots: a plan that leaves the executor no choice.
 *
 * - Order: greater priority first, then older first.
 * - Only nodes that are `alive` and in service get work, only those with all labels the item needs, never more than their slots.
 * - Among them the one with the greatest share of free slots (spread), then most free slots, then id.
 * - The node where the item failed last, or which damaged what it replaces, is left out as long as another alive node could ever take it, even if that
 *   one is full now.
 * - An item of several slots that fits nowhere now keeps the best node for itself, or small items behind it would starve it for ever.
 */
import type { ItemId, NodeId } from '../ids.ts';
import { fits, takesJobs } from '../node/merge.ts';
import type { NodeView } from '../node/node.ts';

/** Steps in one answer at most: an answer stays far below Temporal's payload limit, and who closes a job meanwhile waits 2 ms for the claim. */
export const assignmentsMax = 50;

export interface DispatchItem {
  readonly id: ItemId;
  readonly priority: number;
  /** Grows with the time of creation. */
  readonly order: number;
  readonly slots: number;
  readonly labels: readonly string[];
  /** The node where it failed last; before its first try, the one that damaged what it replaces. */
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

/** Of those that may get work. */
export const freeSlots = (nodes: readonly DispatchNode[], held: readonly HeldSlots[]): number =>
  roomsOf(nodes, held).reduce((sum, { free }) => sum + free, 0);

/** Who could take it when empty, without the node to avoid if that leaves anybody. */
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
