import type { Consolidated } from '../../domain/game/consolidated.ts';
import type { ReplayedGames } from '../../domain/game/replay.ts';
import type { InputRef } from '../../domain/item/work-item.ts';
import type { NodeId } from '../../domain/ids.ts';
import type { Turns } from '../../domain/pipeline/pipeline.ts';

export interface GameLedgerActivities {
  /** Reads `games.ndjson` files of home replicas into selfplay.db. Idempotent by game id. Sets damaged files aside for good and does not fail for them. */
  consolidate: (p: { readonly pipeline: string; readonly replicas: readonly string[] }) => Promise<Consolidated>;
  /** Returns the nodes to pull games from for turn `turns.to`, and the nodes that hold games of these turns and are gone for good. */
  gamesAway: (p: {
    readonly pipeline: string;
    readonly turns: Turns;
  }) => Promise<{ readonly nodes: readonly NodeId[]; readonly gone: readonly NodeId[] }>;
  /**
   * Enqueues bounded replacements for games of these turns that were set aside, that are on a node that is gone, or that were missing from the nodes just
   * `pulled`. The replacements belong to `owner`.
   */
  replayGames: (p: {
    readonly pipeline: string;
    readonly turns: Turns;
    readonly pulled: readonly NodeId[];
    readonly owner: string;
  }) => Promise<ReplayedGames>;
  /** Writes the training set of the window as a blob. The same games give the same digest. */
  exportTrainingSet: (p: {
    readonly pipeline: string;
    readonly turn: number;
    readonly windowTurns: number;
  }) => Promise<{ readonly set: InputRef; readonly games: number }>;
}
