/** The counts of the games of a turn, from `selfplay.db`. */
import { expect, onTestFinished, test } from 'vitest';
import { openReadModel } from '../../../src/storage/read/read-ledgers.ts';
import { acceptedReplica } from '../accepted-items.ts';
import { ledgerHarness, type LedgerHarness } from '../state-folder.ts';

type Line = Readonly<Record<string, unknown>>;

/** Consolidates these games as the games of one turn, and returns the read model. */
async function played(on: LedgerHarness, turn: number, games: readonly Line[]) {
  const lines = games.map((one, k) => `${JSON.stringify({ id: `cf.${turn}.${k}`, ...one })}\n`).join('');
  await on.activities.consolidate({ pipeline: 'cf', replicas: [await acceptedReplica(on, 'a', { [`cf.${turn}.self-play.0`]: lines })] });
  const model = openReadModel(on.folder);
  onTestFinished(() => model.close());
  return model;
}

test('a batch counts results, equal games and lengths, of lists and of texts', async () => {
  const model = await played(ledgerHarness(), 3, [
    { result: 1, moves: [1, 2, 3] },
    { result: 1, moves: [1, 2, 3] },
    { result: 0, moves: 'abcde' },
    { result: -1, note: 'no moves' },
    { result: 'abandoned', moves: [] },
  ]);
  expect(model.gameBatch('cf', 3)).toEqual({
    turn: 3,
    games: 5,
    distinct: 4,
    wins: 2,
    draws: 1,
    losses: 1,
    lengths: { n: 4, sum: 11, squares: 43 },
  });
  expect(model.gameBatch('cf', 4)).toMatchObject({ games: 0, distinct: 0, lengths: { n: 0, sum: 0 } });
});

test('the turns with games are the newest ones, each with the time of its newest game', async () => {
  const on = ledgerHarness();
  for (const turn of [1, 2, 3]) await played(on, turn, [{ result: 1 }]);
  const model = await played(on, 4, [{ result: 1 }]);
  const turns = model.gameTurns('cf', 3);
  expect(turns.map(({ turn }) => turn)).toEqual([4, 3, 2]);
  expect(turns[0]?.newestMs).toBeGreaterThan(turns[1]?.newestMs ?? Infinity);
  expect(model.gameTurns('other', 3)).toEqual([]);
});
