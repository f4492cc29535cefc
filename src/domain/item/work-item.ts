/**
 * A work item is something wanted in the queue. A job is one try at an item on a node.
 *
 *   pending → claimed → running → completed
 *      ▲         │         ├────→ failed     another try cannot change the result (a configuration failure)
 *      │         │         ├────→ timed-out  the last try ran past its limit
 *      └─────────┴─────────┤      (another try: the epoch grows when the item is claimed again)
 *                          ├────→ cancelled  a person or a stage cancelled the item
 *                          └────→ dead       all attempts are used up; the cause chain is kept
 *
 * - Only the ledger claims an item: for the dispatcher, or in the slots of a job that ended.
 * - Only the job workflow named in the claim moves the item on. Another workflow gets the item only after that workflow was seen closed.
 * - A report with an old epoch is refused and changes nothing. `next-state.ts` decides which state follows a try.
 */
import type { ItemId, NodeId } from '../ids.ts';
import type { JobOutcome } from '../job/try-end.ts';

/** A job holds an item in one of these states. */
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

/** A file at home, by content. The job finds it as `input/<name>`. */
export interface InputRef {
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** A tree (the payload's programs) that must be on the node as a verified replica before the job starts. */
export interface TreeRef {
  readonly dataset: string;
  readonly digest: string;
}

/** Where an output file of the manifest goes: home, as a blob by content, or into a dataset on the node. */
export interface OutputRule {
  readonly path: string;
  readonly to: 'home' | `dataset:${string}`;
}

export interface JobLimits {
  /** The process may run this long in all. */
  readonly runSecondsMax: number;
  /** The process may be silent this long: no byte on stdout and no growth of its outputs. After that it counts as hanging. */
  readonly silentSecondsMax: number;
  /** If set, the job's supervisor on the node ends the job when no watcher has renewed it for this long. */
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
  /** Program and arguments; never passed through a shell. `{payload}` in an argument is replaced by the payload folder on the node. */
  readonly command: readonly string[];
  /** A command that runs in the same folder after success. Its exit code 0 accepts the outputs. */
  readonly verify?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Written to `input/request.json` before the start. */
  readonly request: Readonly<Record<string, unknown>>;
  readonly payload?: TreeRef;
  readonly inputs: readonly InputRef[];
  readonly outputs: readonly OutputRule[];
  /** Unsigned 32 bit. */
  readonly seed: number;
  readonly attemptsMax: number;
  readonly slots: number;
  /** Labels that the item's node must have. Empty means any node. */
  readonly labels: readonly string[];
  readonly limits: JobLimits;
}

/** True when the item needs files on its node before it can start. */
export const hasFreight = ({ payload, inputs }: WorkItemSpec): boolean => payload !== undefined || inputs.length > 0;

export interface WorkItem {
  readonly spec: WorkItemSpec;
  readonly state: ItemState;
  /** The number of the newest try. 0 until the item is claimed for the first time. */
  readonly epoch: number;
  readonly attempts: number;
  readonly node?: NodeId;
  readonly outcome?: JobOutcome;
  /** One line for each ended try, oldest first. */
  readonly history: readonly string[];
  readonly createdAtMs: number;
  readonly changedAtMs: number;
}
