import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import { trainingWindow, type Turns } from '../../../src/domain/pipeline/pipeline.ts';
import { storeBlob } from '../../../src/storage/blob/blob-store.ts';
import type { GameStore } from '../../../src/storage/game/game-store.ts';
import type { GameWorkDependencies } from './game-work-dependencies.ts';

/**
 * Writes the games of the last `windowTurns` turns as a blob, one game per line, in the order of turn, item number and game number. So the same games
 * give the same bytes, wherever and whenever they were played. The games are read in pages, so that the set need not fit into memory.
 */
export const exportTrainingSet =
  ({ games, blobs }: GameWorkDependencies): LedgerActivities['exportTrainingSet'] =>
  async ({ pipeline, turn, windowTurns }) => {
    const turns = trainingWindow(turn, windowTurns);
    if (games.pages(pipeline, turns.from, turns.to, 1).next().done === true) throw noGames(games, pipeline, turns);
    let count = 0;
    function* lines(): Generator<Uint8Array> {
      for (const page of games.pages(pipeline, turns.from, turns.to)) {
        count += page.length;
        yield Buffer.from(`${page.join('\n')}\n`);
      }
    }
    const blob = await storeBlob(blobs, lines());
    return { set: { name: 'games.ndjson', ...blob }, games: count };
  };

function noGames(games: GameStore, pipeline: string, { from, to }: Turns): RingmasterError {
  const setAside = games.setAsideCount(pipeline, from, to);
  return new RingmasterError('pipeline.no-games', {
    cannot: `export the training set of ${pipeline} for turn ${to}`,
    because: `the ledger has no games of turns ${from} to ${to}${setAside === 0 ? '' : `: ${setAside} files of games were set aside as damaged`}`,
    hint:
      setAside === 0
        ? { say: 'looking at the self-play items of that turn', run: `ringmaster explain ${pipeline}/${to}` }
        : { say: 'reading which files they are and why', run: `ringmaster explain ${pipeline}/${to}` },
    fields: { pipeline, turn: to, setAside },
  });
}
