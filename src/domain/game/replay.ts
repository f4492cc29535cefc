/**
 * Games that were accepted on a node and have not come home. A part of a turn is what one self-play item plays; its tries are that item and its
 * replacements (`replacement.ts`), each with what is known of its games:
 *
 *   open       it is still to be played
 *   home       its games are in selfplay.db
 *   away       accepted, and on its node, as far as we know
 *   set-aside  accepted, came home, and were no games: that file is never taken
 *   none       it ended without games
 *
 * | the part has a try that is …            | then                                                                            |
 * |-----------------------------------------|---------------------------------------------------------------------------------|
 * | home                                    | nothing: another try's file is never looked at, so no game can count twice      |
 * | open                                    | wait for it                                                                     |
 * | away on a node that was not pulled from | late: unreachable is not lost, the games come when the node does                |
 * |  and is not gone                        | (one that was just pulled from has them no more: a new disk, say)               |
 * | none of these                           | replace it, while a replacement is left; else the turn has to do without it     |
 *
 * A replacement avoids the node whose file was set aside last: what damaged it there (its disk, its memory) may damage the next.
 */
import type { ItemId, NodeId } from '../ids.ts';
import type { NodeView } from '../node/node.ts';
import { replacementId, replacementsMax } from '../item/replacement.ts';

export interface PartTry {
  readonly item: ItemId;
  readonly games: 'open' | 'home' | 'away' | 'set-aside' | 'none';
  readonly node?: NodeId;
}

export interface Part {
  readonly turn: number;
  /** In the order in which they came: the item itself, `r1`, `r2` … Never empty. */
  readonly tries: readonly [PartTry, ...PartTry[]];
}

interface Replacing {
  readonly original: ItemId;
  readonly by: ItemId;
  /** The node to leave out, as long as another could ever take it. */
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

export const isHome = ({ tries }: Part): boolean => tries.some(({ games }) => games === 'home');

/** `pulled`: nodes whose games came home whole just now. */
export function planReplay(parts: readonly Part[], nodes: readonly NodeView[], pulled: readonly NodeId[] = []): ReplayPlan {
  const mayCome = (node: NodeId): boolean => !isGone(node, nodes) && !pulled.includes(node);
  const plan = { await: [] as ItemId[], replace: [] as Replacing[], late: [] as ItemId[], givenUp: [] as ItemId[] };
  for (const part of parts.filter((one) => !isHome(one))) {
    const { tries } = part;
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

function damagedAt(tries: Part['tries']): Pick<Replacing, 'avoid'> {
  const node = tries.findLast(({ games }) => games === 'set-aside')?.node;
  return node === undefined ? {} : { avoid: node };
}

/** Lost on evidence, or taken out of the cluster file by a person. While no node was ever looked at (a new read model) nobody is gone. */
export const isGone = (node: NodeId, nodes: readonly NodeView[]): boolean =>
  nodes.length > 0 && (nodes.find((view) => view.node === node)?.state ?? 'lost') === 'lost';

/**
 * Nodes whose games to bring home for this turn. Those of the turn itself, unless they are gone; for earlier turns, and for files that were set aside
 * (somebody may have mended one), only nodes that answer: nobody waits for those.
 */
export function nodesToPull(parts: readonly Part[], turn: number, nodes: readonly NodeView[]): readonly NodeId[] {
  const isAlive = (node: NodeId): boolean => nodes.some((view) => view.node === node && view.state === 'alive');
  const wanted = new Set<NodeId>();
  for (const part of parts.filter((one) => !isHome(one))) {
    for (const { games, node } of part.tries) {
      if (node === undefined || (games !== 'away' && games !== 'set-aside')) continue;
      if (isAlive(node) || (games === 'away' && part.turn === turn && !isGone(node, nodes))) wanted.add(node);
    }
  }
  return [...wanted].toSorted();
}
