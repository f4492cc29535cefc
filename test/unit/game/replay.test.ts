import { describe, expect, it } from 'vitest';
import { isGone, nodesToPull, planReplay, type Slice, type SliceTry } from '../../../src/domain/game/replay.ts';
import { replacementIds } from '../../../src/domain/item/replacement.ts';
import { replacementsMax } from '../../../src/domain/limits.ts';
import { itemId, nodeId, nodeView } from '../../support/item-spec.ts';

const original = itemId('cf.3.self-play.0');
const nodes = [nodeView('a'), nodeView('u', { state: 'unreachable' }), nodeView('l', { state: 'lost' })];
type Try = readonly [games: SliceTry['games'], node?: string];
const slice = (...tries: readonly [Try, ...Try[]]): Slice => {
  const [first, ...others] = tries.map(([games, node], at) => ({
    item: replacementIds(original)[at] ?? original,
    games,
    ...(node === undefined ? {} : { node: nodeId(node) }),
  }));
  if (first === undefined) throw new Error('no try');
  return { turn: 3, tries: [first, ...others] };
};
const nothing = { await: [], replace: [], late: [], givenUp: [] };
const replaced = (by: number, avoid?: string) => ({
  ...nothing,
  replace: [{ original, by: `${original}r${by}`, ...(avoid === undefined ? {} : { avoid }) }],
});

describe('the plan for a slice', () => {
  it.each<readonly [string, Slice, object]>([
    ['home', slice(['home', 'a']), nothing],
    ['home through its replacement, after its node came back', slice(['away', 'a'], ['home', 'a']), nothing],
    ['still to be played', slice(['set-aside', 'a'], ['open']), { ...nothing, await: [`${original}r1`] }],
    ['on a reachable node: it comes with the next pull', slice(['away', 'a']), { ...nothing, late: [original] }],
    ['on a node that is only unreachable', slice(['away', 'u']), { ...nothing, late: [original] }],
    ['lost, with a replacement that is only late', slice(['away', 'l'], ['away', 'u']), { ...nothing, late: [`${original}r1`] }],
    ['on a lost node', slice(['away', 'l']), replaced(1)],
    ['on a node that was taken out of the cluster', slice(['away', 'removed']), replaced(1)],
    ['set aside: replaced on another node than the one that damaged it', slice(['set-aside', 'a']), replaced(1, 'a')],
    ['dead', slice(['none', 'a']), replaced(1)],
    ['set aside and replaced by one on a lost node', slice(['set-aside', 'a'], ['away', 'l']), replaced(2, 'a')],
    ['set aside twice: replaced on another node than the second one', slice(['set-aside', 'a'], ['set-aside', 'b']), replaced(2, 'b')],
  ])('that is %s', (_, one, plan) => {
    expect(planReplay([one], nodes)).toEqual(plan);
  });

  it('that was never accepted is played again in its own turn, and not after its turn was given up', () => {
    expect(planReplay([slice(['none', 'a'])], nodes, [], 3)).toEqual(replaced(1));
    expect(planReplay([slice(['none', 'a'], ['none', 'b'])], nodes, [], 4)).toEqual(nothing);
    expect(planReplay([slice(['away', 'l'], ['none', 'b'])], nodes, [], 4)).toEqual(replaced(2));
  });

  it('that was lost is not played again after its turn was skipped, and still comes home from a node that answers', () => {
    expect(planReplay([slice(['away', 'removed'])], nodes, [], 4, [3])).toEqual(nothing);
    expect(planReplay([slice(['set-aside', 'a'])], nodes, [], 4, [3])).toEqual(nothing);
    expect(planReplay([slice(['away', 'a'])], nodes, [], 4, [3])).toEqual({ ...nothing, late: [original] });
    expect(planReplay([slice(['away', 'removed'])], nodes, [], 4, [2])).toEqual(replaced(1));
    expect(planReplay([slice(['away', 'removed'])], nodes, [], 3, [3])).toEqual(replaced(1));
  });

  it('has its replacements from the first games on: failed tries before that belong to self-play', () => {
    const failed = Array.from({ length: replacementsMax + 3 }, () => ['none', 'a'] as const);
    expect(planReplay([slice(['none', 'a'], ...failed.slice(1), ['away', 'l'])], nodes, [], 3)).toEqual(replaced(failed.length + 1));
  });

  it('whose replacements all failed: the turn continues without its games', () => {
    const tries = Array.from({ length: replacementsMax + 1 }, () => ['set-aside', 'a'] as const);
    expect(planReplay([slice(['set-aside', 'a'], ...tries.slice(1))], nodes)).toEqual({ ...nothing, givenUp: [original] });
    expect(planReplay([slice(['set-aside', 'a'], ...tries.slice(2))], nodes)).toEqual(replaced(replacementsMax, 'a'));
  });
});

it('a node that was just pulled from has no further games: missing games are played again', () => {
  const slices = [slice(['away', 'a']), slice(['away', 'u'])];
  expect(planReplay(slices, nodes, [nodeId('a')])).toEqual({ ...replaced(1), late: [original] });
});

it('no node counts as gone before any node was probed', () => {
  expect(isGone(nodeId('a'), [])).toBe(false);
  expect(nodes.map(({ node }) => isGone(node, nodes))).toEqual([false, false, true]);
});

it('pulls games of this turn from all nodes that may come back, and older or damaged ones only from reachable nodes', () => {
  const pulled = (...slices: readonly Slice[]) => nodesToPull(slices, 3, nodes, 1_000);
  expect(pulled(slice(['away', 'u']), slice(['away', 'a']), slice(['away', 'l']))).toEqual(['a', 'u']);
  expect(pulled({ ...slice(['away', 'u']), turn: 2 }, { ...slice(['away', 'a']), turn: 2 })).toEqual(['a']);
  expect(pulled(slice(['set-aside', 'u']), slice(['set-aside', 'a']))).toEqual(['a']);
  expect(pulled(slice(['away', 'u'], ['home', 'a']), slice(['open', 'a']), slice(['none', 'a']))).toEqual([]);
});

it('does not wait for a node that has been unreachable for minutes: it has died, and an earlier stage has waited for it', () => {
  expect(nodesToPull([slice(['away', 'u'])], 3, nodes, 180_000)).toEqual([]);
});
