import { describe, expect, it } from 'vitest';
import { isGone, nodesToPull, planReplay, type Part, type PartTry } from '../../../src/domain/game/replay.ts';
import { replacementsMax, replacementIds } from '../../../src/domain/item/replacement.ts';
import { itemId, nodeId, nodeView } from '../../support/item-spec.ts';

const original = itemId('cf.3.self-play.0');
const nodes = [nodeView('a'), nodeView('u', { state: 'unreachable' }), nodeView('l', { state: 'lost' })];
type Try = readonly [games: PartTry['games'], node?: string];
const part = (...tries: readonly [Try, ...Try[]]): Part => {
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

describe('the plan for a part', () => {
  it.each<readonly [string, Part, object]>([
    ['home', part(['home', 'a']), nothing],
    ['home through its replacement, after its node came back', part(['away', 'a'], ['home', 'a']), nothing],
    ['still to be played', part(['set-aside', 'a'], ['open']), { ...nothing, await: [`${original}r1`] }],
    ['on a reachable node: it comes with the next pull', part(['away', 'a']), { ...nothing, late: [original] }],
    ['on a node that is only unreachable', part(['away', 'u']), { ...nothing, late: [original] }],
    ['lost, with a replacement that is only late', part(['away', 'l'], ['away', 'u']), { ...nothing, late: [`${original}r1`] }],
    ['on a lost node', part(['away', 'l']), replaced(1)],
    ['on a node that was taken out of the cluster', part(['away', 'removed']), replaced(1)],
    ['set aside: replaced on another node than the one that damaged it', part(['set-aside', 'a']), replaced(1, 'a')],
    ['dead', part(['none', 'a']), replaced(1)],
    ['set aside and replaced by one on a lost node', part(['set-aside', 'a'], ['away', 'l']), replaced(2, 'a')],
    ['set aside twice: replaced on another node than the second one', part(['set-aside', 'a'], ['set-aside', 'b']), replaced(2, 'b')],
  ])('that is %s', (_, one, plan) => {
    expect(planReplay([one], nodes)).toEqual(plan);
  });

  it('whose replacements all failed: the turn continues without its games', () => {
    const tries = Array.from({ length: replacementsMax + 1 }, () => ['set-aside', 'a'] as const);
    expect(planReplay([part(['set-aside', 'a'], ...tries.slice(1))], nodes)).toEqual({ ...nothing, givenUp: [original] });
    expect(planReplay([part(['set-aside', 'a'], ...tries.slice(2))], nodes)).toEqual(replaced(replacementsMax, 'a'));
  });
});

it('a node that was just pulled from has no further games: missing games are played again', () => {
  const parts = [part(['away', 'a']), part(['away', 'u'])];
  expect(planReplay(parts, nodes, [nodeId('a')])).toEqual({ ...replaced(1), late: [original] });
});

it('no node counts as gone before any node was probed', () => {
  expect(isGone(nodeId('a'), [])).toBe(false);
  expect(nodes.map(({ node }) => isGone(node, nodes))).toEqual([false, false, true]);
});

it('pulls games of this turn from all nodes that may come back, and older or damaged ones only from reachable nodes', () => {
  const pulled = (...parts: readonly Part[]) => nodesToPull(parts, 3, nodes);
  expect(pulled(part(['away', 'u']), part(['away', 'a']), part(['away', 'l']))).toEqual(['a', 'u']);
  expect(pulled({ ...part(['away', 'u']), turn: 2 }, { ...part(['away', 'a']), turn: 2 })).toEqual(['a']);
  expect(pulled(part(['set-aside', 'u']), part(['set-aside', 'a']))).toEqual(['a']);
  expect(pulled(part(['away', 'u'], ['home', 'a']), part(['open', 'a']), part(['none', 'a']))).toEqual([]);
});
