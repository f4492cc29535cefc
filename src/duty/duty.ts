/** A duty that works in rounds: `observe` reads the ledgers, and `decide` is a pure function of what was read. */
import type { ClusterConfig } from '../domain/cluster/cluster.ts';
import type { DaemonRow } from '../domain/daemon/daemon.ts';
import type { Worked } from '../domain/daemon/work.ts';
import type { GameBatch } from '../domain/game/quality.ts';
import type { RatingsFile } from '../domain/model/ratings-file.ts';
import type { SteadyAges } from './steady-ages.ts';
import type { FailureRecord } from '../domain/failure/record.ts';
import type { ReadModel } from '../storage/read/read-ledgers.ts';

/** What a look at a folder found: the version of its files, why it cannot be read, or for how long the look has been under way. */
export type TreeSeen = { readonly version: string } | { readonly failure: FailureRecord } | { readonly lookingMs: number };

export interface DutyReads {
  readonly model: ReadModel;
  readonly config: ClusterConfig;
  readonly rows: readonly DaemonRow[];
  readonly now: () => number;
  /** Returns the time of the last recorded round of this duty, by the clock of the ledger. Returns undefined when there was none. */
  readonly lastRoundMs: () => number | undefined;
  /** Ages by a clock that does not step. Each duty has its own. */
  readonly ages: SteadyAges;
  /** Asks the Temporal server whether the workflow of this thing runs. */
  readonly isRunning: (of: KeptWorkflow) => Promise<boolean>;
  /** Looks at the files of a folder at home. A look that takes long goes on, and a later call returns what it found. */
  readonly lookAtTree: (folder: string) => Promise<TreeSeen>;
  /** Returns the free space on the disk of the state folder, in bytes. */
  readonly homeFreeBytes: () => number;
  /** Counts the games of a turn, in a thread of its own. */
  readonly countGames: (pipeline: string, turn: number) => Promise<GameBatch>;
  /** Writes the ratings to their file at home, unless the file has them. Returns the version of the ratings. */
  readonly keepRatings: (ratings: RatingsFile) => Promise<string>;
}

/** A thing whose workflow a duty keeps going. */
export interface KeptWorkflow {
  readonly type: 'pipeline';
  readonly name: string;
}

export interface Duty<Observation, Memory> {
  /** `memory` is what the last round returned. It is undefined in the first round. */
  readonly observe: (reads: DutyReads, memory: Memory | undefined) => Observation | Promise<Observation>;
  readonly decide: (observed: Observation, memory: Memory | undefined, nowMs: number) => Worked<Memory>;
}

/** A duty with hidden types, which only its round knows. */
export type AnyDuty = (reads: DutyReads, memory: unknown, nowMs: number) => Promise<Worked>;

export const duty =
  <Observation, Memory>({ observe, decide }: Duty<Observation, Memory>): AnyDuty =>
  async (reads, memory, nowMs) =>
    decide(await observe(reads, memory as Memory | undefined), memory as Memory | undefined, nowMs);
