/**
 * Matches pending items to free slots. The plan leaves no choice to the activity that executes it.
 *
 * - Items are taken by priority, greatest first, then by age, oldest first.
 * - `placement.ts` has the rules that keep an item from a node. A node never gets more work than it has slots.
 * - An item goes to the suitable node with the greatest share of free slots, which spreads the load. Among equals, it goes to the node with the most
 *   free slots, then to the node with the first id.
 * - An item that needs several slots and fits on no node at present reserves the best node. Otherwise smaller items behind it would delay it for
 *   ever.
 */
import { isWithin } from '../../base/is-within.ts';
import type { ItemId, NodeId } from '../ids.ts';
import { assignmentsMax, avoidMs, canaryEarlyMs } from '../limits.ts';
import { takesJobs } from '../node/merge.ts';
import { choiceFor, type DispatchNode, type NodePlacement, type PlacedItem, refusalFacts, refusalOf, type Room } from './placement.ts';

export interface DispatchItem extends PlacedItem {
  readonly priority: number;
  /** The item's row number in the queue. A newer item has a greater number. */
  readonly order: number;
}

export interface HeldSlots {
  readonly node: NodeId;
  readonly slots: number;
}

export interface DispatchInput {
  readonly items: readonly DispatchItem[];
  readonly nodes: readonly DispatchNode[];
  readonly held: readonly HeldSlots[];
  /** The resting nodes on which a job runs that was claimed after the rest began. */
  readonly canaries?: ReadonlySet<NodeId>;
  readonly nowMs: number;
  readonly max?: number;
}

/** An item and the node that takes it. */
export interface Match extends HeldSlots {
  readonly item: ItemId;
}

export function dispatch(input: DispatchInput): readonly Match[] {
  const rooms = roomsOf(input);
  const matches: Match[] = [];
  const max = Math.min(input.max ?? assignmentsMax, assignmentsMax);
  for (const item of inOrder(input.items)) {
    if (matches.length >= max) break;
    const room = take(item, rooms, input.nowMs);
    if (room !== undefined) matches.push({ item: item.id, node: room.node.node, slots: item.slots });
  }
  return matches;
}

/**
 * Returns, for each node, the rule that keeps the item from the node, after all items that go first have been placed. Returns undefined when the item
 * is not in the input.
 */
export function placementsOf(id: ItemId, input: DispatchInput): readonly NodePlacement[] | undefined {
  const rooms = roomsOf(input);
  for (const item of inOrder(input.items)) {
    if (item.id === id) {
      const choice = choiceFor(item, rooms, input.nowMs);
      return rooms.map((room) => {
        const rule = refusalOf(item, room, choice, input.nowMs);
        return { node: room.node.node, ...(rule === undefined ? {} : { refusal: refusalFacts(rule, item, room, choice) }) };
      });
    }
    take(item, rooms, input.nowMs);
  }
  return undefined;
}

const inOrder = (items: readonly DispatchItem[]): readonly DispatchItem[] => items.toSorted((a, b) => b.priority - a.priority || a.order - b.order);

/** Gives the item its room and returns the room. Without a room, an item of several slots reserves the best node that it may use. */
function take(item: DispatchItem, rooms: readonly Room[], nowMs: number): Room | undefined {
  const choice = choiceFor(item, rooms, nowMs);
  const suitable: Room[] = [];
  const later: Room[] = [];
  for (const room of rooms) {
    const rule = refusalOf(item, room, choice, nowMs);
    if (rule === undefined) suitable.push(room);
    else if (rule === 'full') later.push(room);
  }
  const room = best(suitable);
  if (room !== undefined) {
    room.free -= item.slots;
    if (room.node.rest !== undefined) room.canaryRuns = true;
    return room;
  }
  const keep = item.slots > 1 ? best(later) : undefined;
  if (keep !== undefined) keep.reservedFor = item.id;
  return undefined;
}

function roomsOf({ nodes, held, canaries }: Omit<DispatchInput, 'items' | 'nowMs'>): readonly Room[] {
  const used = slotsByNode(held);
  return nodes.map((node) => {
    const free = Math.max(0, node.slots - (used.get(node.node) ?? 0));
    return { node, freeAtFirst: free, free, canaryRuns: canaries?.has(node.node) ?? false };
  });
}

export function slotsByNode(held: readonly HeldSlots[]): ReadonlyMap<NodeId, number> {
  const sums = new Map<NodeId, number>();
  for (const { node, slots } of held) sums.set(node, (sums.get(node) ?? 0) + slots);
  return sums;
}

/** Returns the number of free slots on the nodes that may get work now. A node that rests has a slot for its canary when the canary is due. */
export const freeSlots = ({ nowMs, ...input }: Omit<DispatchInput, 'items' | 'max'>): number =>
  roomsOf(input).reduce((sum, room) => sum + (takesJobs(room.node) && !isClosed(room, nowMs) ? room.free : 0), 0);

const isClosed = ({ node: { rest }, canaryRuns }: Room, nowMs: number): boolean =>
  rest !== undefined && (canaryRuns || isWithin(nowMs, rest.sinceMs, rest.untilMs));

/**
 * Returns the next time at which one of the rules may let an item go to a node that it may not use now: a rest is over, a node may get its canary
 * early, or an item no longer avoids a node. Returns undefined when only an event can change something.
 */
export function nextChanceMs({ items, nodes, nowMs }: Pick<DispatchInput, 'items' | 'nodes' | 'nowMs'>): number | undefined {
  const times = [
    ...nodes.flatMap(({ rest }) => (rest === undefined ? [] : [rest.untilMs, rest.sinceMs + canaryEarlyMs])),
    ...items.flatMap(({ failedOn = [] }) => failedOn.map(({ atMs }) => atMs + avoidMs)),
  ].filter((time) => time > nowMs);
  return times.length === 0 ? undefined : Math.min(...times);
}

const before = (a: Room, b: Room): boolean => {
  const share = a.free / a.node.slots - b.free / b.node.slots;
  if (share !== 0) return share > 0;
  if (a.free !== b.free) return a.free > b.free;
  return a.node.node < b.node.node;
};
const best = (rooms: readonly Room[]): Room | undefined =>
  rooms.reduce<Room | undefined>((top, room) => (top === undefined || before(room, top) ? room : top), undefined);
