/**
 * What the work queue knows of self-play items, read only: for the thread that consolidates, which has no business with the queue's writer.
 * The digest accepted with an item is what its games are held against when they come home.
 */
import type { AskedGames } from '../../domain/game/games-file.ts';
import type { ItemId, NodeId } from '../../domain/ids.ts';
import type { ItemState } from '../../domain/item/work-item.ts';
import type { JobOutcome } from '../../domain/job/try-end.ts';
import { openLedgerReader } from '../ledger/ledger-reader.ts';

export interface SelfPlayItem {
  readonly item: ItemId;
  readonly state: ItemState;
  readonly node?: NodeId;
  /** sha256 of its games as they were accepted. */
  readonly accepted?: string;
  readonly asked?: AskedGames;
}

export interface SelfPlayItems {
  get: (item: ItemId) => SelfPlayItem | undefined;
  close: () => void;
}

interface Row {
  readonly state: ItemState;
  readonly node: NodeId | null;
  readonly outcome: string | null;
  readonly request: string | null;
}

export function openSelfPlayItems(workQueueFile: string): SelfPlayItems {
  const reader = openLedgerReader(workQueueFile);
  return {
    get: (item) => {
      const row = reader.get<Row>(
        `SELECT state, node, outcome, json_extract(json, '$.request') AS request FROM items JOIN specs USING (seq) WHERE id = ?`,
        item,
      );
      if (row === undefined) return undefined;
      const accepted = row.outcome === null ? undefined : acceptedGames(JSON.parse(row.outcome) as JobOutcome);
      const asked = row.request === null ? undefined : askedGames(JSON.parse(row.request) as Readonly<Record<string, unknown>>);
      return {
        item,
        state: row.state,
        ...(row.node === null ? {} : { node: row.node }),
        ...(accepted === undefined || row.state !== 'completed' ? {} : { accepted }),
        ...(asked === undefined ? {} : { asked }),
      };
    },
    close: () => reader.close(),
  };
}

const acceptedGames = (outcome: JobOutcome): string | undefined =>
  outcome.type === 'completed' ? outcome.files.find(({ path }) => path === 'games.ndjson')?.sha256 : undefined;

/** Items that a person enqueued may ask in other words; then any id is theirs. */
function askedGames({ prefix, firstGame, games }: Readonly<Record<string, unknown>>): AskedGames | undefined {
  return typeof prefix === 'string' && typeof firstGame === 'number' && typeof games === 'number' ? { prefix, firstGame, games } : undefined;
}
