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

describe('what becomes of a part', () => {
  it.each<readonly [string, Part, object]>([
    ['home', part(['home', 'a']), nothing],
    ['home by its replacement, though its node is back', part(['away', 'a'], ['home', 'a']), nothing],
    ['still to be played', part(['set-aside', 'a'], ['open']), { ...nothing, await: [`${original}r1`] }],
    ['on a node that answers: it comes with the next pull', part(['away', 'a']), { ...nothing, late: [original] }],
    ['on a node that is only unreachable', part(['away', 'u']), { ...nothing, late: [original] }],
    ['lost, but its replacement is only late', part(['away', 'l'], ['away', 'u']), { ...nothing, late: [`${original}r1`] }],
    ['on a lost node', part(['away', 'l']), replaced(1)],
    ['on a node that was taken out of the cluster', part(['away', 'removed']), replaced(1)],
    ['set aside: elsewhere than where it was damaged', part(['set-aside', 'a']), replaced(1, 'a')],
    ['dead', part(['none', 'a']), replaced(1)],
    ['set aside and replaced by one on a lost node', part(['set-aside', 'a'], ['away', 'l']), replaced(2, 'a')],
    ['set aside twice: elsewhere than the second time', part(['set-aside', 'a'], ['set-aside', 'b']), replaced(2, 'b')],
  ])('that is %s', (_, one, plan) => {
    expect(planReplay([one], nodes)).toEqual(plan);
  });

  it('whose replacements were all in vain: the turn does without', () => {
    const tries = Array.from({ length: replacementsMax + 1 }, () => ['set-aside', 'a'] as const);
    expect(planReplay([part(['set-aside', 'a'], ...tries.slice(1))], nodes)).toEqual({ ...nothing, givenUp: [original] });
    expect(planReplay([part(['set-aside', 'a'], ...tries.slice(2))], nodes)).toEqual(replaced(replacementsMax, 'a'));
  });
});

it('a node that was just pulled from has no more than came: what is missing is played again', () => {
  const parts = [part(['away', 'a']), part(['away', 'u'])];
  expect(planReplay(parts, nodes, [nodeId('a')])).toEqual({ ...replaced(1), late: [original] });
});

it('nobody is gone before any node was looked at', () => {
  expect(isGone(nodeId('a'), [])).toBe(false);
  expect(nodes.map(({ node }) => isGone(node, nodes))).toEqual([false, false, true]);
});

it('pulls this turn from all that may come back, and what is older or damaged only from nodes that answer', () => {
  const pulled = (...parts: readonly Part[]) => nodesToPull(parts, 3, nodes);
  expect(pulled(part(['away', 'u']), part(['away', 'a']), part(['away', 'l']))).toEqual(['a', 'u']);
  expect(pulled({ ...part(['away', 'u']), turn: 2 }, { ...part(['away', 'a']), turn: 2 })).toEqual(['a']);
  expect(pulled(part(['set-aside', 'u']), part(['set-aside', 'a']))).toEqual(['a']);
  expect(pulled(part(['away', 'u'], ['home', 'a']), part(['open', 'a']), part(['none', 'a']))).toEqual([]);
});
