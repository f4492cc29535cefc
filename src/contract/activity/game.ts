import type { Consolidated } from '../../domain/game/consolidated.ts';
import type { PastGames, RemovedGameFiles } from '../../domain/game/past-games.ts';
import type { ReplayedGames } from '../../domain/game/replay.ts';
import type { InputRef } from '../../domain/item/work-item.ts';
import type { NodeId } from '../../domain/ids.ts';
import type { Turns } from '../../domain/pipeline/pipeline.ts';

export interface GameLedgerActivities {
  /**
   * Reads the files `<item>.games.ndjson` of replicas at home into selfplay.db. Idempotent by game id. A damaged file is set aside for good, and the
   * activity does not fail.
   */
  consolidate: (p: { readonly pipeline: string; readonly replicas: readonly string[] }) => Promise<Consolidated>;
  /** Returns two lists: the nodes to pull games from for turn `turns.to`, and the nodes that hold games of these turns but are gone for good. */
  gamesAway: (p: {
    readonly pipeline: string;
    readonly turns: Turns;
  }) => Promise<{ readonly nodes: readonly NodeId[]; readonly gone: readonly NodeId[] }>;
  /**
   * Enqueues replacements for games of these turns that were set aside, that are on a node that is gone, or that are missing on a node in `pulled`.
   * `pulled` names the nodes from which games were just pulled. The number of replacements for one item is bounded. `owner` becomes the owner of the
   * replacements.
   */
  replayGames: (p: {
    readonly pipeline: string;
    readonly turns: Turns;
    readonly pulled: readonly NodeId[];
    readonly owner: string;
  }) => Promise<ReplayedGames>;
  /** Writes the training set of the last `windowTurns` turns as a blob. The same games give the same digest. */
  exportTrainingSet: (p: {
    readonly pipeline: string;
    readonly turn: number;
    readonly windowTurns: number;
  }) => Promise<{ readonly set: InputRef; readonly games: number }>;
  /** Returns the turns whose games nothing reads any more, and the age at which the files of these games may go. */
  pastGames: () => Promise<{ readonly past: readonly PastGames[]; readonly ageMs: number }>;
  /** Records that a node has lost files of games, and starts the syncs that bring this home. `key` names the removal; only its first record counts. */
  gameFilesRemoved: (p: { readonly node: NodeId; readonly key: string; readonly removed: readonly RemovedGameFiles[] }) => Promise<void>;
}

export interface GameNodeActivities {
  /** Removes the files of past games that are older than `ageMs` from the node's datasets, at most `removedGameFilesMax` of them. */
  removeGames: (p: { readonly node: NodeId; readonly past: readonly PastGames[]; readonly ageMs: number }) => Promise<readonly RemovedGameFiles[]>;
}
