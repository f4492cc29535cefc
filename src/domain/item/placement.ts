/**
 * Decides which rule keeps an item from a node. The dispatcher and `explain` both ask this file, so `explain` names the rule that the dispatcher used.
 * The first row that holds decides.
 *
 * | rule           | the node …                                                                                                              |
 * |----------------|-------------------------------------------------------------------------------------------------------------------------|
 * | not-alive      | is not `alive`                                                                                                          |
 * | out-of-service | is cordoned, draining or drained                                                                                        |
 * | too-small      | has fewer slots than the item needs, even if all were free                                                              |
 * | label-missing  | lacks a label that the item needs                                                                                       |
 * | resting        | rests (`src/domain/node/rest.ts`), and its time for a canary has not come                                               |
 * | canary         | rests, and its canary runs: one item at a time shows whether the node works again                                       |
 * | avoided        | failed the item less than `avoidMs` ago, and another node could take the item                                           |
 * | reserved       | is kept for an item that goes first and needs several slots                                                             |
 * | full           | has too few free slots: jobs have them, or items that go first get them                                                 |
 *
 * - A rest never excludes every node. If all nodes that could run the item rest, the node that has rested least often may get its canary
 *   `canaryEarlyMs` after it failed last.
 * - "Another node could take the item" means: it is in service, has the slots and labels, does not rest, and is alive, suspect or joining. Free slots
 *   do not matter. An unreachable or lost node does not count, so an item never waits for a node that may be gone.
 * - If the item failed on all these nodes, it avoids only the node where it failed last.
 */
import { isWithin } from '../../base/is-within.ts';
import type { FailureCode } from '../failure/table.ts';
import type { ItemId, NodeId } from '../ids.ts';
import { avoidMs, canaryEarlyMs } from '../limits.ts';
import { isAway, type NodeState, type NodeView } from '../node/node.ts';
import { fits, hasLabels } from '../node/merge.ts';
import { isInService, type NodeService, serviceOf } from '../node/wish.ts';

/** A try at the item that failed and whose node the item avoids. */
export interface FailedOn {
  readonly node: NodeId;
  readonly atMs: number;
  /** Absent for a replacement that has not been tried yet: the node damaged the games of its original. */
  readonly code?: FailureCode;
}

export interface PlacedItem {
  readonly id: ItemId;
  readonly slots: number;
  readonly labels: readonly string[];
  /** The failed tries at the item, oldest first, one for each node. */
  readonly failedOn?: readonly FailedOn[];
}

export type DispatchNode = Pick<NodeView, 'node' | 'state' | 'slots' | 'labels' | 'wish' | 'rest'>;

/** A node during one match. Items that go first change `free`, `reservedFor` and `canaryRuns`. */
export interface Room {
  readonly node: DispatchNode;
  /** The number of slots that were free when the match began. */
  readonly freeAtFirst: number;
  free: number;
  reservedFor?: ItemId;
  canaryRuns: boolean;
}

export type Refusal =
  | { readonly rule: 'not-alive'; readonly state: NodeState }
  | { readonly rule: 'out-of-service'; readonly service: NodeService | 'drained' }
  | { readonly rule: 'too-small'; readonly slots: number }
  | { readonly rule: 'label-missing'; readonly labels: readonly string[] }
  | { readonly rule: 'resting'; readonly untilMs: number; readonly code: FailureCode }
  | { readonly rule: 'canary'; readonly code: FailureCode }
  | { readonly rule: 'avoided'; readonly untilMs: number; readonly code?: FailureCode }
  | { readonly rule: 'reserved'; readonly reservedFor: ItemId }
  | { readonly rule: 'full'; readonly slots: number; readonly free: number };
export type PlacementRule = Refusal['rule'];

/** Whether one node may take an item now, and the rule that forbids it. */
export interface NodePlacement {
  readonly node: NodeId;
  readonly refusal?: Refusal;
}

/** What one item may do with all nodes: the same for each room, so it is computed once for each item. */
export interface Choice {
  /** The node that may get its canary before its rest is over, because all nodes that could run the item rest. */
  readonly early: Room | undefined;
  readonly avoided: ReadonlyMap<NodeId, FailedOn>;
}

const noFailures: ReadonlyMap<NodeId, FailedOn> = new Map();

export function choiceFor(item: PlacedItem, rooms: readonly Room[], nowMs: number): Choice {
  const failed = (item.failedOn ?? []).filter(({ atMs }) => isWithin(nowMs, atMs, atMs + avoidMs));
  const hasRests = rooms.some(({ node }) => node.rest !== undefined);
  if (failed.length === 0 && !hasRests) return { early: undefined, avoided: noFailures };
  const able = rooms.filter(({ node }) => couldTake(node, item));
  const awake = able.filter((room) => !isResting(room, nowMs));
  const resting = able.filter(({ node }) => node.state === 'alive');
  const early = awake.length === 0 ? leastBad(resting, nowMs) : undefined;
  if (failed.length === 0) return { early, avoided: noFailures };
  const avoided = new Map(failed.map((one) => [one.node, one]));
  if (awake.some(({ node }) => !avoided.has(node.node))) return { early, avoided };
  const last = failed.at(-1);
  const hasOther = last !== undefined && awake.some(({ node }) => node.node !== last.node);
  return { early, avoided: hasOther ? new Map([[last.node, last]]) : noFailures };
}

/** Returns the rule that keeps the item from the node now, or undefined when the node may take the item. */
export function refusalOf(item: PlacedItem, room: Room, { early, avoided }: Choice, nowMs: number): PlacementRule | undefined {
  const { node } = room;
  if (node.state !== 'alive') return 'not-alive';
  if (!isInService(node)) return 'out-of-service';
  if (node.slots < item.slots) return 'too-small';
  if (!hasLabels(node, item)) return 'label-missing';
  if (node.rest !== undefined) {
    if (room.canaryRuns) return 'canary';
    if (isResting(room, nowMs) && room !== early) return 'resting';
  }
  if (avoided.has(node.node)) return 'avoided';
  if (room.reservedFor !== undefined) return 'reserved';
  return room.free < item.slots ? 'full' : undefined;
}

/** Returns the refusal with its facts. */
export function refusalFacts(rule: PlacementRule, item: PlacedItem, room: Room, { avoided }: Choice): Refusal {
  const { node } = room;
  const facts: { readonly [Rule in PlacementRule]: () => Omit<Extract<Refusal, { readonly rule: Rule }>, 'rule'> } = {
    'not-alive': () => ({ state: node.state }),
    'out-of-service': () => ({ service: serviceOf(node) }),
    'too-small': () => ({ slots: node.slots }),
    'label-missing': () => ({ labels: item.labels.filter((label) => !node.labels.includes(label)) }),
    resting: () => ({ untilMs: node.rest?.untilMs ?? 0, code: node.rest?.code ?? 'internal.defect' }),
    canary: () => ({ code: node.rest?.code ?? 'internal.defect' }),
    avoided: () => {
      const { atMs = 0, code } = avoided.get(node.node) ?? {};
      return { untilMs: atMs + avoidMs, ...(code === undefined ? {} : { code }) };
    },
    reserved: () => ({ reservedFor: room.reservedFor ?? item.id }),
    full: () => ({ slots: node.slots, free: room.freeAtFirst }),
  };
  return { rule, ...facts[rule]() } as Refusal;
}

/** True while the node rests and its canary is not due. */
const isResting = ({ node, canaryRuns }: Room, nowMs: number): boolean =>
  node.rest !== undefined && (canaryRuns || isWithin(nowMs, node.rest.sinceMs, node.rest.untilMs));

/** Returns true when the node could take the item now or soon: the node may be full, or not reachable for the moment. */
export const couldTake = (node: DispatchNode, item: Pick<PlacedItem, 'slots' | 'labels'>): boolean =>
  !isAway(node) && isInService(node) && fits(node, item);

const isEarly = ({ node: { rest } }: Room, nowMs: number): boolean =>
  rest !== undefined && isWithin(nowMs, rest.sinceMs, rest.sinceMs + canaryEarlyMs);

/** Returns the node that has rested least often, once `canaryEarlyMs` have passed since it failed last. Returns undefined while its canary runs. */
function leastBad(resting: readonly Room[], nowMs: number): Room | undefined {
  const rank = ({ node }: Room): readonly [number, number] => [node.rest?.rests ?? 0, node.rest?.untilMs ?? 0];
  const [first] = resting.toSorted((a, b) => {
    const [p, q] = [rank(a), rank(b)];
    return p[0] - q[0] || p[1] - q[1] || (a.node.node < b.node.node ? -1 : 1);
  });
  return first !== undefined && !first.canaryRuns && !isEarly(first, nowMs) ? first : undefined;
}
