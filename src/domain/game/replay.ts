/**
 * Plans how to replace games that were accepted on a node and have not come home. A slice of a turn is the range of games of one self-play item. The
 * tries of a slice are this item and the item's replacements (`replacement.ts`). The games of such a try are:
 *
 *   open       still to be played
 *   home       in selfplay.db
 *   away       accepted, and on the try's node as far as the ledger knows
 *   set-aside  accepted and brought home, but their file is damaged and is never read
 *   none       missing, because the try ended without games
 *
 * The first row that fits a slice holds.
 *
 * | the slice                                                     | then                                                       |
 * |---------------------------------------------------------------|------------------------------------------------------------|
 * | has a try whose games are home                                | nothing: the files of the other tries are never read, so   |
 * |                                                               | no game counts twice                                       |
 * | has a try whose games are open                                | wait for the open try                                      |
 * | has a try whose games are away, on a node that is not gone    | late: the games come home when the node is back, because   |
 * |  and from which games were not just pulled                    | unreachable is not lost                                    |
 * | has none of these, was never accepted, and is of an earlier   | nothing: the earlier turn was given up, and its program    |
 * |  turn                                                         | may be the reason                                          |
 * | has none of these, and is of an earlier turn that failed or   | nothing: no turn needs the games of a turn that was given   |
 * |  was skipped                                                  | up, and the turn would train on them late                  |
 * | has none of these, and a replacement is left                  | replace the slice                                          |
 * | has none of these, and no replacement is left                 | the turn does without the games of the slice               |
 *
 * If games were just pulled from a node and games are still away on it, the node has lost these games: it may have a new disk, for example.
 *
 * A replacement avoids the node whose file was set aside last. The disk or the memory of this node may have damaged the file, and may damage the next
 * file.
 */
import type { ItemId, NodeId } from '../ids.ts';
import type { NodeView } from '../node/node.ts';
import { given } from '../../base/given.ts';
import { replacementId } from '../item/replacement.ts';
import { lateAfterMs, replacementsMax } from '../limits.ts';

export interface SliceTry {
  readonly item: ItemId;
  readonly games: 'open' | 'home' | 'away' | 'set-aside' | 'none';
  readonly node?: NodeId;
}

export interface Slice {
  readonly turn: number;
  /** The tries in the order of their names: the item itself, `r1`, `r2` … The list is never empty. */
  readonly tries: readonly [SliceTry, ...SliceTry[]];
}

interface Replacing {
  readonly original: ItemId;
  readonly by: ItemId;
  /** The item avoids this node as long as any other node could take the item, now or later. */
  readonly avoid?: NodeId;
}

export interface ReplayPlan {
  readonly await: readonly ItemId[];
  readonly replace: readonly Replacing[];
  readonly late: readonly ItemId[];
  readonly givenUp: readonly ItemId[];
}

/** The result of enqueueing replacements for missing games. */
export interface ReplayedGames {
  /** The items to wait for: replacements, and tries that are still open. */
  readonly items: readonly ItemId[];
  readonly added: number;
  /** True when at least one game of turn `turns.to` is home. */
  readonly turnHasGames: boolean;
  /** Number of items whose games will come home in a later turn, because their node is only unreachable. */
  readonly late: number;
  /** Number of items that have no replacement left. The turn does without their games. */
  readonly givenUp: number;
  readonly firstGivenUp?: ItemId;
}

export const isHome = ({ tries }: Slice): boolean => tries.some(({ games }) => games === 'home');

/** Returns the plan for these slices, in turn `turn`. `turnsGivenUp` are the earlier turns that failed or were skipped. `pulled` are the nodes from which all games were just brought home. */
export function planReplay(
  slices: readonly Slice[],
  nodes: readonly NodeView[],
  pulled: readonly NodeId[] = [],
  turn?: number,
  turnsGivenUp: readonly number[] = [],
): ReplayPlan {
  const mayCome = (node: NodeId): boolean => !isGone(node, nodes) && !pulled.includes(node);
  const plan = { await: [] as ItemId[], replace: [] as Replacing[], late: [] as ItemId[], givenUp: [] as ItemId[] };
  for (const slice of slices.filter((one) => !isHome(one))) {
    const { tries } = slice;
    const open = tries.find(({ games }) => games === 'open');
    const late = tries.find(({ games, node }) => games === 'away' && node !== undefined && mayCome(node));
    const original = tries[0].item;
    if (open !== undefined) plan.await.push(open.item);
    else if (late !== undefined) plan.late.push(late.item);
    else if (slice.turn < (turn ?? 0) && (turnsGivenUp.includes(slice.turn) || tries.every(({ games }) => games === 'none'))) continue;
    else if (replaced(tries) <= replacementsMax) plan.replace.push({ original, by: replacementId(original, tries.length), ...damagedAt(tries) });
    else plan.givenUp.push(original);
  }
  return plan;
}

/** Returns the number of tries since games of the slice were first accepted. The failed tries before belong to `self-play`, which has its own limit. */
const replaced = (tries: Slice['tries']): number =>
  tries.length -
  Math.max(
    0,
    tries.findIndex(({ games }) => games !== 'none'),
  );

const damagedAt = (tries: Slice['tries']): Pick<Replacing, 'avoid'> => given({ avoid: tries.findLast(({ games }) => games === 'set-aside')?.node });

/**
 * Returns true for a node that was declared lost or that the cluster file no longer names. If `nodes` is empty (the sweep has recorded no node yet), no node
 * counts as gone.
 */
export const isGone = (node: NodeId, nodes: readonly NodeView[]): boolean =>
  nodes.length > 0 && (nodes.find((view) => view.node === node)?.state ?? 'lost') === 'lost';

/**
 * Returns the nodes from which games are to be brought home for this turn, sorted by name. A node that holds games of the turn itself is included
 * unless the node is gone, or has been unreachable for `lateAfterMs`: an earlier stage or this one has waited for it. A node may hold nothing but games of earlier turns, and files that were set aside and that a person may have repaired.
 * Such a node is included only while it is alive, so that the stage does not wait for it.
 */
export function nodesToPull(slices: readonly Slice[], turn: number, nodes: readonly NodeView[], nowMs: number): readonly NodeId[] {
  const isAlive = (node: NodeId): boolean => nodes.some((view) => view.node === node && view.state === 'alive');
  const mayAnswer = (node: NodeId): boolean =>
    !isGone(node, nodes) && !nodes.some((view) => view.node === node && view.state === 'unreachable' && nowMs - view.sinceMs >= lateAfterMs);
  const wanted = new Set<NodeId>();
  for (const slice of slices.filter((one) => !isHome(one))) {
    for (const { games, node } of slice.tries) {
      if (node === undefined || (games !== 'away' && games !== 'set-aside')) continue;
      if (isAlive(node) || (games === 'away' && slice.turn === turn && mayAnswer(node))) wanted.add(node);
    }
  }
  return [...wanted].toSorted();
}
