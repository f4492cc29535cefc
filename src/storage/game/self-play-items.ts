/**
 * Reads the self-play items of the work queue, for the thread that consolidates games. That thread must not use the queue's writer. When the games
 * file of an item comes home, the thread compares the file's sha256 with the sha256 that was accepted with the item.
 */
import type { AskedGames } from '../../domain/game/games-file.ts';
import type { ItemId, NodeId } from '../../domain/ids.ts';
import type { ItemState } from '../../domain/item/work-item.ts';
import type { JobOutcome } from '../../domain/job/try-end.ts';
import { openLedgerReader } from '../ledger/ledger-reader.ts';
import { given } from '../../base/given.ts';

export interface SelfPlayItem {
  readonly item: ItemId;
  readonly state: ItemState;
  readonly node?: NodeId;
  /** The sha256 of the games file that was accepted, or undefined when the item is not completed. */
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
      return given({
        item,
        state: row.state,
        node: row.node ?? undefined,
        accepted: row.state === 'completed' ? accepted : undefined,
        asked,
      });
    },
    close: () => reader.close(),
  };
}

const acceptedGames = (outcome: JobOutcome): string | undefined =>
  outcome.type === 'completed' ? outcome.files.find(({ path }) => path === 'games.ndjson')?.sha256 : undefined;

/**
 * Returns the games that an item requested. Returns undefined when an operator enqueued the item with another form of request. The ids of the item's
 * games are then not checked.
 */
function askedGames({ prefix, firstGame, games }: Readonly<Record<string, unknown>>): AskedGames | undefined {
  return typeof prefix === 'string' && typeof firstGame === 'number' && typeof games === 'number' ? { prefix, firstGame, games } : undefined;
}
