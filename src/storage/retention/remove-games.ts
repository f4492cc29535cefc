import { isTurnNeeded } from '../../domain/cluster/retention.ts';
import { itemOfGamesFile } from '../../domain/game/games-file.ts';
import { selfPlayItemPrefix } from '../../domain/item/populate.ts';
import type { Ledger } from '../ledger/open-ledger.ts';
import { retentionLimits } from '../limits.ts';
import type { Removal } from './remove-items.ts';

export interface GameRemoval extends Removal {
  /** Returns whether the queue has the item. */
  readonly hasItem: (item: string) => boolean;
}

interface TurnRow {
  readonly pipeline: string;
  readonly turn: number;
}

/**
 * Removes the games of old turns from which no training takes games any more. Returns how many. Keeps what says that a file of games is home
 * (`read_files`, `set_aside_files`) while the queue has the file's item. Without it, the next consolidation would read the file again. A transaction
 * removes at most `removalRowsMax` rows, and a call at most `removedPerRunMax` games.
 */
export async function removeGames(games: Ledger, { beforeMs, newest, hasItem, pause }: GameRemoval): Promise<number> {
  const turns = games.statement<TurnRow>('SELECT pipeline, turn FROM game_turns WHERE newest_ms < ? ORDER BY newest_ms').all(beforeMs);
  let removed = 0;
  for (const turn of turns.filter((one) => !isTurnNeeded(one, newest))) {
    for (let some = -1; some !== 0 && removed < retentionLimits.removedPerRunMax; removed += some) {
      some = removeSome(games, turn);
      await pause();
    }
    if (removed >= retentionLimits.removedPerRunMax) break;
    await forgetFiles(games, turn, { hasItem, pause });
  }
  return removed;
}

const removeSome = (games: Ledger, { pipeline, turn }: TurnRow): number =>
  games.write('remove old games', () =>
    games
      .statement('DELETE FROM games WHERE rowid IN (SELECT rowid FROM games WHERE pipeline = ? AND turn = ? LIMIT ?)')
      .run(pipeline, turn, retentionLimits.removalRowsMax),
  ).changes;

/** Forgets the files of a turn whose items are gone, and the turn itself when no file is left. */
async function forgetFiles(games: Ledger, { pipeline, turn }: TurnRow, { hasItem, pause }: Pick<GameRemoval, 'hasItem' | 'pause'>): Promise<void> {
  const prefix = selfPlayItemPrefix(pipeline, turn);
  let left = 0;
  for (const table of ['read_files', 'set_aside_files']) {
    const page = games.statement<{ name: string }>(
      `SELECT DISTINCT name FROM ${table} WHERE name > ? AND name < ? ORDER BY name LIMIT ${retentionLimits.removalRowsMax}`,
    );
    const forget = games.statement(`DELETE FROM ${table} WHERE name = ?`);
    for (let after = prefix; ;) {
      const names = page.all(after, `${prefix}~`).map(({ name }) => name);
      const last = names.at(-1);
      if (last === undefined) break;
      after = last;
      const gone = names.filter((name) => !hasItem(itemOfGamesFile(name) ?? name));
      left += names.length - gone.length;
      if (gone.length > 0) games.write('forget files of old games', () => gone.forEach((name) => forget.run(name)));
      await pause();
    }
  }
  if (left === 0)
    games.write('forget a turn of old games', () => games.statement('DELETE FROM game_turns WHERE pipeline = ? AND turn = ?').run(pipeline, turn));
}
