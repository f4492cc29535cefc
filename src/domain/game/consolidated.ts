import type { ItemId } from '../ids.ts';

/** What reading the games files of some replicas changed in `selfplay.db`. */
export interface Consolidated {
  /** Games in the accepted files of these replicas. */
  readonly read: number;
  /** How many of them are new. */
  readonly added: number;
  /** Games of the pipeline in all. */
  readonly total: number;
  /** Files that were not accepted, or not yet. */
  readonly ignored: number;
  /** Items whose files this call set aside. */
  readonly setAside: readonly ItemId[];
}
