import { trainingWindow } from '../pipeline/pipeline.ts';

export interface RetentionConfig {
  /** Files at home that nothing needs are removed at this age. Absent when the cluster file says `none`. */
  readonly filesMs?: number;
  /** The former champions of each pipeline whose files are kept, the newest ones. */
  readonly champions: number;
  /** A closed item is removed this long after its end. Absent when the cluster file says `none`. */
  readonly itemsMs?: number;
  /** The games of a turn are removed from `selfplay.db` this long after the last of them was added. Absent when the cluster file says `none`. */
  readonly gamesMs?: number;
}

const dayMs = 24 * 3_600_000;
/** Two weeks are longer than a day of backups, so that every file that a restored ledger names is still there. */
export const retentionDefaults = { filesMs: 14 * dayMs, champions: 10, itemsMs: 30 * dayMs, gamesMs: 90 * dayMs } as const;

/** Returns the settings of a running cluster. A cluster.json of an older release has none. */
export const retentionOf = ({ retention }: { readonly retention?: RetentionConfig }): RetentionConfig => retention ?? retentionDefaults;

/** The parts of the removal of what nothing needs any more. */
export const tidyParts = ['files', 'items', 'games', 'replicas'] as const;
export type TidyPart = (typeof tidyParts)[number];

/** What one part of a run has removed. */
export interface Tidied {
  readonly removed: number;
  readonly bytes: number;
  readonly items?: number;
  readonly games?: number;
}

/** A file or folder that is named by its content. */
export interface StoredContent {
  readonly name: string;
  /** The time of its last use as far as the file system knows it. */
  readonly atMs: number;
}

export interface RetentionFacts {
  readonly stored: readonly StoredContent[];
  /** The names that a champion, an item that has not ended, or the newest turn of a pipeline needs. */
  readonly needed: ReadonlySet<string>;
  /** The start of the newest turn of each pipeline. */
  readonly turnsBeganAtMs: readonly number[];
  readonly ageMsMax: number;
  readonly nowMs: number;
}

/** A file may be a moment older than the first record of the turn that made it. */
const turnSlackMs = 3_600_000;

/**
 * Returns the names to remove. A file goes when nothing needs it, it is older than the limit, and it is older than the newest turn of every pipeline.
 * The last rule protects a turn that is paused for weeks: its workflow names files that no ledger knows yet.
 */
export function contentToRemove({ stored, needed, turnsBeganAtMs, ageMsMax, nowMs }: RetentionFacts): readonly string[] {
  const before = Math.min(nowMs - ageMsMax, ...turnsBeganAtMs.map((atMs) => atMs - turnSlackMs));
  return stored.filter(({ name, atMs }) => atMs < before && !needed.has(name)).map(({ name }) => name);
}

/** The newest turn of a pipeline, and the windows of games that the next training of the pipeline may take. */
export interface NewestTurn {
  readonly pipeline: string;
  readonly turn: number;
  readonly windows: readonly number[];
}

/**
 * Returns the first turn of a pipeline that something may still read: the newest turn may be under way, or it failed and can run again, and it trains on
 * the games of the turns before it.
 */
export const firstNeededTurn = ({ turn, windows }: NewestTurn): number => trainingWindow(turn, Math.max(1, ...windows)).from;

/** The turn of an item or of a game. An item that belongs to no pipeline has none. */
export interface OfTurn {
  readonly pipeline: string | null;
  readonly turn: number | null;
}

/** Returns whether something may still read the items or the games of a turn, whatever their age. */
export function isTurnNeeded({ pipeline, turn }: OfTurn, newest: ReadonlyMap<string, NewestTurn>): boolean {
  const known = pipeline === null ? undefined : newest.get(pipeline);
  return known !== undefined && turn !== null && turn >= firstNeededTurn(known);
}
