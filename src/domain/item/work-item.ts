/**
 * A work item is a piece of wanted work in the queue. A job runs one try at an item on a node.
 *
 *   pending → claimed → running → completed
 *      ▲         │         ├────→ failed     another try cannot change the result (a configuration failure)
 *      │         │         ├────→ timed-out  the last try ran past its limit
 *      └─────────┴─────────┤      (next try: the epoch grows when the item is claimed again)
 *                          ├────→ cancelled  a person or a stage cancelled the item
 *                          └────→ dead       all attempts are used up; the cause chain is kept
 *
 * - Only the ledger claims an item. It does so when the dispatcher asks for a claim, and when a job that ended has freed slots.
 * - Only the job workflow that the claim names moves the item on. Another job workflow gets the item only after the ledger saw the first one closed.
 * - A report with an old epoch is refused and changes nothing. `next-state.ts` decides which state follows a try.
 */
import type { ItemId, NodeId } from '../ids.ts';
import type { JobEnv } from './secret.ts';
import type { JobOutcome } from '../job/try-end.ts';

/** The states in which a job holds the item. */
export const itemStatesOpen = ['claimed', 'running'] as const;
export const itemStatesClosed = ['completed', 'failed', 'timed-out', 'cancelled', 'dead'] as const;
export const itemStates = ['pending', ...itemStatesOpen, ...itemStatesClosed] as const;
export type ItemState = (typeof itemStates)[number];
type OpenState = (typeof itemStatesOpen)[number];
type ClosedState = (typeof itemStatesClosed)[number];

export const isOpenState = (state: ItemState): state is OpenState => (itemStatesOpen as readonly ItemState[]).includes(state);
export const isClosedState = (state: ItemState): state is ClosedState => (itemStatesClosed as readonly ItemState[]).includes(state);

export const jobKinds = ['self-play', 'train', 'evaluate', 'command'] as const;
export type JobKind = (typeof jobKinds)[number];

/** A file at home, by content. The job reads the file as `input/<name>`. */
export interface InputRef {
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** A tree of files, such as the payload's programs. A verified replica of the tree must be on the node before the job starts. */
export interface TreeRef {
  readonly dataset: string;
  readonly digest: string;
}

/** The destination of an output file: a blob at home, or a dataset on the node. */
export interface OutputRule {
  readonly path: string;
  readonly to: 'home' | `dataset:${string}`;
}

export interface JobLimits {
  /** The longest total run time of the process, in seconds. */
  readonly runSecondsMax: number;
  /** The longest silence of the process, in seconds: no byte on stdout and no growth of its outputs. After that the process counts as hanging. */
  readonly silentSecondsMax: number;
  /** If set, the job's supervisor on the node ends the job when no watcher has renewed it for this time, in seconds. */
  readonly selfFenceSeconds?: number;
}

export interface WorkItemSpec {
  readonly id: ItemId;
  readonly kind: JobKind;
  /** Items of greater priority go first. */
  readonly priority: number;
  /** The workflow that receives the signal `itemClosed` when the item reaches a closed state. */
  readonly owner?: string;
  readonly pipeline?: string;
  readonly turn?: number;
  /** The program and its arguments. No shell reads them. `{payload}` in an argument is replaced by the payload folder on the node. */
  readonly command: readonly string[];
  /** A command that runs in the same folder after the program has succeeded. The outputs are accepted if the command exits with 0. */
  readonly verify?: readonly string[];
  /** A secret stands here by its name only. */
  readonly env: JobEnv;
  /** The content of `input/request.json`, which is written before the program starts. */
  readonly request: Readonly<Record<string, unknown>>;
  readonly payload?: TreeRef;
  readonly inputs: readonly InputRef[];
  readonly outputs: readonly OutputRule[];
  /** An unsigned integer of 32 bits. */
  readonly seed: number;
  readonly attemptsMax: number;
  readonly slots: number;
  /** Labels that the item's node must have. Empty means any node. */
  readonly labels: readonly string[];
  readonly limits: JobLimits;
}

/** Returns true when the item needs files on its node before it can start. */
export const hasFreight = ({ payload, inputs }: WorkItemSpec): boolean => payload !== undefined || inputs.length > 0;

export interface WorkItem {
  readonly spec: WorkItemSpec;
  readonly state: ItemState;
  /** The number of the newest try. It is 0 until the item is claimed for the first time. */
  readonly epoch: number;
  readonly attempts: number;
  readonly node?: NodeId;
  readonly outcome?: JobOutcome;
  /** One line for each ended try, oldest first. */
  readonly history: readonly string[];
  readonly createdAtMs: number;
  readonly changedAtMs: number;
}
