import { expect, it } from 'vitest';
import { pairFault } from '../../../src/domain/model/pair-fault.ts';

const request = { pairs: [4, 5, 6].map((index) => ({ index, opening: 100 + index })) };
const pair = (index: number, more: object = {}) => ({ index, opening: 100 + index, scores: [1, 0.5], ...more });

it('accepts exactly the pairs that were asked for, in any order', () => {
  expect(pairFault(request, { pairs: [pair(6), pair(4), pair(5)] })).toBeUndefined();
  expect(pairFault({ other: 1 }, {})).toBeUndefined();
});

it.each([
  ['leaves a pair out', [pair(4), pair(6)], 5, 'pair 5 is missing'],
  ['has no pair', [], 4, 'pair 4 is missing'],
  ['counts from 0', [pair(0), pair(1), pair(2)], 0, 'pair 0 was not asked for (pairs 4 to 6 were)'],
  ['has a further pair', [pair(4), pair(5), pair(6), pair(7)], 7, 'pair 7 was not asked for (pairs 4 to 6 were)'],
  ['has a pair twice', [pair(4), pair(5), pair(5)], 5, 'pair 5 is there twice'],
  ['has a score that is none', [pair(4), pair(5, { scores: [2, 0] }), pair(6)], 1, 'entry 1 of its pairs is no pair'],
  ['used another opening', [pair(4), pair(5), pair(6, { opening: 1 })], 6, 'pair 6 was played from opening 1 and not from 106'],
])('refuses an answer that %s, and names the pair', (_, pairs, index, because) => {
  const fault = pairFault(request, { pairs });
  expect(fault?.pair).toBe(index);
  expect(fault?.because).toContain(because);
});

it('refuses an answer without pairs', () => expect(pairFault(request, {})?.because).toBe('its result has no list "pairs"'));
