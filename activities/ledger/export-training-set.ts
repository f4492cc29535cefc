import { setImmediate } from 'node:timers/promises';
import type { LedgerActivities } from '../../src/contract/activities.ts';
import { RingmasterError } from '../../src/domain/failure.ts';
import { storeBlob } from '../../src/storage/blob-store.ts';
import type { LedgerDependencies } from './dependencies.ts';

/**
 * The games of the last `windowTurns` turns, one line each, in the order of turn, item number, game number: the same games give the same
 * bytes, wherever and whenever they were played. Read in pages with a breath between them, so that claims do not wait behind an export.
 */
export const exportTrainingSet =
  ({ ledgers: { games, paths } }: LedgerDependencies): LedgerActivities['exportTrainingSet'] =>
  async ({ pipeline, turn, windowTurns }) => {
    const from = Math.max(0, turn - Math.max(1, windowTurns) + 1);
    if (games.pages(pipeline, from, turn, 1).next().done === true) {
      throw new RingmasterError('pipeline.no-games', {
        cannot: `export the training set of ${pipeline} for turn ${turn}`,
        because: `the ledger has no games of turns ${from} to ${turn}`,
        hint: `looking at the self-play items of that turn: ringmaster queue --pipeline ${pipeline}`,
        fields: { pipeline, turn, windowTurns },
      });
    }
    let count = 0;
    async function* lines(): AsyncGenerator<Uint8Array> {
      for (const page of games.pages(pipeline, from, turn)) {
        count += page.length;
        yield Buffer.from(`${page.join('\n')}\n`);
        await setImmediate();
      }
    }
    const blob = await storeBlob(paths.blobs, lines());
    return { set: { name: 'games.ndjson', ...blob }, games: count };
  };
