/**
 * Plans how to replace games that were accepted on a node and have not come home. A slice of a turn is the games of one self-play item. Its tries are that
 * item and the item's replacements (`replacement.ts`). The games of a try are:
 *
 *   open       still to be played
 *   home       in selfplay.db
 *   away       accepted, and on the try's node, as far as the ledger knows
 *   set-aside  accepted and brought home, but the file was damaged: it is never read
 *   none       missing: the try ended without games
 *
 * | the slice has a try whose games are …   | then                                                                            |
 * |-----------------------------------------|---------------------------------------------------------------------------------|
 * | home                                    | nothing: the other tries' files are never read, so no game can count twice      |
 * | open                                    | wait for that try                                                               |
 * | away, on a node that is not gone and    | late: unreachable is not lost, the games come home when the node is back. (A    |
 * |  was not just pulled from               | node that was just pulled from lost them: it has a new disk, say.)              |
 * | none of these                           | replace the slice while a replacement is left; else the turn does without it    |
 *
 * A replacement avoids the node whose file was set aside last: what damaged that file (the disk or the memory of the node) may damage the next one.
 */
import type { ItemId, NodeId } from '../ids.ts';
import type { NodeView } from '../node/node.ts';
import { replacementId, replacementsMax } from '../item/replacement.ts';

export interface SliceTry {
  readonly item: ItemId;
  readonly games: 'open' | 'home' | 'away' | 'set-aside' | 'none';
  readonly node?: NodeId;
}

export interface Slice {
  readonly turn: number;
  /** In order: the item itself, `r1`, `r2` … Never empty. */
  readonly tries: readonly [SliceTry, ...SliceTry[]];
}

interface Replacing {
  readonly original: ItemId;
  readonly by: ItemId;
  /** The node to leave out, as long as another node could ever take the item. */
  readonly avoid?: NodeId;
}

export interface ReplayPlan {
  readonly await: readonly ItemId[];
  readonly replace: readonly Replacing[];
  readonly late: readonly ItemId[];
  readonly givenUp: readonly ItemId[];
}

/** What enqueueing replacements for missing games came to. */
export interface ReplayedGames {
  /** Replacements to wait for. */
  readonly items: readonly ItemId[];
  readonly added: number;
  /** True when at least one game of turn `turns.to` is home. */
  readonly turnHasGames: boolean;
  /** How many items' games come with a later turn, because their node is only unreachable. */
  readonly late: number;
  /** How many items have no replacement left. The turn does without their games. */
  readonly givenUp: number;
  readonly firstGivenUp?: ItemId;
}

export const isHome = ({ tries }: Slice): boolean => tries.some(({ games }) => games === 'home');

/** Returns the plan for these slices. `pulled` are the nodes whose games were just brought home completely. */
export function planReplay(slices: readonly Slice[], nodes: readonly NodeView[], pulled: readonly NodeId[] = []): ReplayPlan {
  const mayCome = (node: NodeId): boolean => !isGone(node, nodes) && !pulled.includes(node);
  const plan = { await: [] as ItemId[], replace: [] as Replacing[], late: [] as ItemId[], givenUp: [] as ItemId[] };
  for (const slice of slices.filter((one) => !isHome(one))) {
    const { tries } = slice;
    const open = tries.find(({ games }) => games === 'open');
    const late = tries.find(({ games, node }) => games === 'away' && node !== undefined && mayCome(node));
    const original = tries[0].item;
    if (open !== undefined) plan.await.push(open.item);
    else if (late !== undefined) plan.late.push(late.item);
    else if (tries.length <= replacementsMax) plan.replace.push({ original, by: replacementId(original, tries.length), ...damagedAt(tries) });
    else plan.givenUp.push(original);
  }
  return plan;
}

function damagedAt(tries: Slice['tries']): Pick<Replacing, 'avoid'> {
  const node = tries.findLast(({ games }) => games === 'set-aside')?.node;
  return node === undefined ? {} : { avoid: node };
}

/**
 * True for a node that was declared lost or that is no longer in the cluster file. If the read model is empty (no node was probed yet), no node counts as
 * gone.
 */
export const isGone = (node: NodeId, nodes: readonly NodeView[]): boolean =>
  nodes.length > 0 && (nodes.find((view) => view.node === node)?.state ?? 'lost') === 'lost';

/**
 * Returns the nodes whose games to bring home for this turn: the nodes that hold games of the turn itself, unless they are gone. For games of earlier turns,
 * and for files that were set aside (a person may have repaired one), it returns only alive nodes. The stage does not wait for other nodes because of these.
 */
export function nodesToPull(slices: readonly Slice[], turn: number, nodes: readonly NodeView[]): readonly NodeId[] {
  const isAlive = (node: NodeId): boolean => nodes.some((view) => view.node === node && view.state === 'alive');
  const wanted = new Set<NodeId>();
  for (const slice of slices.filter((one) => !isHome(one))) {
    for (const { games, node } of slice.tries) {
      if (node === undefined || (games !== 'away' && games !== 'set-aside')) continue;
      if (isAlive(node) || (games === 'away' && slice.turn === turn && !isGone(node, nodes))) wanted.add(node);
    }
  }
  return [...wanted].toSorted();
}
