import type { ItemId } from '../ids.ts';

/** The result of reading the games files of some replicas into `selfplay.db`. */
export interface Consolidated {
  /** Number of games in the accepted files of these replicas. */
  readonly read: number;
  /** Number of games in these files that were not in `selfplay.db` before. */
  readonly added: number;
  /** Number of games of the pipeline in `selfplay.db`, after this call. */
  readonly total: number;
  /** Number of files that were not accepted, for good or for now. */
  readonly ignored: number;
  /** The items whose files this call set aside. */
  readonly setAside: readonly ItemId[];
}
