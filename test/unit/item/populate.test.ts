import { expect, it } from 'vitest';
import { parseSelfPlayItemId, populateSelfPlay, type WantedSelfPlay } from '../../../src/domain/item/populate.ts';
import { replacementsMax } from '../../../src/domain/limits.ts';
import { isItemId } from '../../../src/domain/ids.ts';
import type { ItemState } from '../../../src/domain/item/work-item.ts';
import { itemSpec } from '../../support/item-spec.ts';

const { id: _id, seed: _seed, request: _request, ...template } = itemSpec('x');
const wanted: WantedSelfPlay = { pipeline: 'cf', turn: 3, wantedGames: 10, gamesPerItem: 4, template, request: { exploration: 0.2 }, seed: 7 };
const nothing = (): undefined => undefined;

it('splits a turn into items with their game ranges', () => {
  const { items, add } = populateSelfPlay(wanted, nothing);
  expect(items).toEqual(['cf.3.self-play.0', 'cf.3.self-play.1', 'cf.3.self-play.2']);
  expect(items.every(isItemId)).toBe(true);
  expect(add.map(({ request }) => request)).toEqual([
    { exploration: 0.2, games: 4, firstGame: 0, prefix: 'cf.3' },
    { exploration: 0.2, games: 4, firstGame: 4, prefix: 'cf.3' },
    { exploration: 0.2, games: 2, firstGame: 8, prefix: 'cf.3' },
  ]);
  expect(new Set(add.map(({ seed }) => seed)).size).toBe(3);
});

it.each(['pending', 'claimed', 'running', 'completed'] as const)('adds nothing for items that are %s', (state) => {
  expect(populateSelfPlay(wanted, () => state)).toEqual({ items: populateSelfPlay(wanted, nothing).items, add: [] });
});

it.each(['dead', 'failed', 'timed-out', 'cancelled'] as const)('replaces an item that is %s by the same games under another name', (state) => {
  const stateOf = (id: string): ItemState | undefined =>
    id === 'cf.3.self-play.1' ? state : id.includes('r') && id.endsWith('r1') ? undefined : 'completed';
  const { items, add } = populateSelfPlay(wanted, stateOf);
  expect(items).toEqual(['cf.3.self-play.0', 'cf.3.self-play.1r1', 'cf.3.self-play.2']);
  const original = populateSelfPlay(wanted, nothing).add[1];
  expect(add).toEqual([{ ...original, id: 'cf.3.self-play.1r1' }]);
});

it('stops after the maximum number of replacements', () => {
  const { items, add } = populateSelfPlay({ ...wanted, wantedGames: 4 }, () => 'dead');
  expect({ items, add }).toEqual({ items: [`cf.3.self-play.0r${replacementsMax}`], add: [] });
});

it('has further replacements after an operator asked for another run of the turn', () => {
  const { items, add } = populateSelfPlay({ ...wanted, wantedGames: 4, reruns: 1 }, (id) => (id.endsWith('r6') ? undefined : 'dead'));
  expect(items).toEqual(['cf.3.self-play.0r6']);
  expect(add).toHaveLength(1);
});

it('parses only its own ids, also with dots in the name of the pipeline', () => {
  expect(parseSelfPlayItemId('connect-four.12.self-play.7r2')).toEqual({ pipeline: 'connect-four', turn: 12, k: 7, replacement: 2 });
  expect(parseSelfPlayItemId('a.b.3.self-play.0')).toEqual({ pipeline: 'a.b', turn: 3, k: 0, replacement: 0 });
  for (const other of ['cf.3.train.abc', 'cf.self-play.1', 'cf.3.self-play.x', '']) expect(parseSelfPlayItemId(other)).toBeUndefined();
});
