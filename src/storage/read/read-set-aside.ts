import type { FailureRecord } from '../../domain/failure/record.ts';
import { gamesFileName, itemOfGamesFile } from '../../domain/game/games-file.ts';
import type { SetAsideFile } from '../../domain/game/set-aside.ts';
import { parseSelfPlayItemId, selfPlayItemId } from '../../domain/item/populate.ts';
import { replacementIds } from '../../domain/item/replacement.ts';
import type { SetAsideRow } from '../game/game-store.ts';
import { ledgerLimits } from '../limits.ts';
import type { LedgerReader } from '../ledger/ledger-reader.ts';
import { parseJson } from './ledger-files.ts';
import { given } from '../../base/given.ts';

/** Returns the newest set-aside files of a pipeline. */
export const setAsideOfPipeline = (games: LedgerReader, pipeline: string): readonly SetAsideFile[] =>
  games
    .all<SetAsideRow>('SELECT * FROM set_aside_files WHERE pipeline = ? ORDER BY at_ms DESC, name LIMIT ?', pipeline, ledgerLimits.setAsideShownMax)
    .map((row) => toSetAside(games, row));

/** Returns the set-aside file of an item, if there is one. */
export function setAsideOfItem(games: LedgerReader, item: string): SetAsideFile | undefined {
  const row = games.get<SetAsideRow>('SELECT * FROM set_aside_files WHERE name = ? ORDER BY at_ms DESC LIMIT 1', gamesFileName(item));
  return row === undefined ? undefined : toSetAside(games, row);
}

function toSetAside(games: LedgerReader, { name, sha256, turn, item, at_ms: atMs, failure }: SetAsideRow): SetAsideFile {
  const parsed = parseSelfPlayItemId(item);
  const names = parsed === undefined ? [] : replacementIds(selfPlayItemId(parsed.pipeline, parsed.turn, parsed.k)).map(gamesFileName);
  const home = games.get<{ name: string }>(`SELECT name FROM read_files WHERE name IN (${names.map(() => '?').join()}) LIMIT 1`, ...names)?.name;
  const replacedBy = home === undefined ? undefined : itemOfGamesFile(home);
  return given({ item, turn, name, sha256, atMs, failure: parseJson<FailureRecord>(failure), replacedBy });
}
