import { firstNeededTurn } from '../../../src/domain/cluster/retention.ts';
import type { PastGames } from '../../../src/domain/game/past-games.ts';
import { newestTurns } from '../../../src/storage/retention/newest-turns.ts';
import type { GameWorkDependencies } from './game-work-dependencies.ts';
import { slicesAway } from './slices.ts';

/**
 * Returns for each pipeline which turns nothing reads any more, so that the files of their games may go from the nodes and from home. The first turn to
 * which one of these applies stays, with all turns after it:
 * - a training may take its games (`isTurnNeeded`);
 * - `selfplay.db` has games of it;
 * - an item of it completed, and its games are not home.
 *
 * A later sync or `gather` misses nothing: `gather` looks for the games of the window only, and takes no file of an item that the queue does not have.
 */
export function pastGames(
  files: Pick<GameWorkDependencies, 'stateFolder' | 'games' | 'items'>,
  windowTurns: Readonly<Record<string, number>>,
): readonly PastGames[] {
  return [...newestTurns(files.stateFolder, windowTurns).values()].flatMap((newest) => {
    const { pipeline } = newest;
    const unread = Math.min(firstNeededTurn(newest), files.games.firstTurn(pipeline) ?? Infinity);
    const [away] = slicesAway(files, pipeline, { from: 0, to: unread - 1 });
    const before = away?.turn ?? unread;
    return before > 0 ? [{ pipeline, before }] : [];
  });
}
