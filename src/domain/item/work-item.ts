/**
 * A work item is something wanted; a job is one try at it on a node.
 *
 *   pending → claimed → running → completed
 *      ▲         │         ├────→ failed     an answer that another try cannot change (class defect or data, attempts spent on it: dead)
 *      │         │         ├────→ timed-out  the last try ran past its limit
 *      └─────────┴─────────┤      (another try: the epoch grows when the item is claimed again)
 *                          ├────→ cancelled  somebody asked
 *                          └────→ dead       attempts spent; the cause chain is kept
 *
 * Only the ledger claims, for the dispatcher or with the slots of a job that ended; only the job workflow named in the claim moves it on; a claim is freed only when that workflow is seen closed.
 * An answer that carries an old epoch is refused and changes nothing.
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

/** A file at home, by content; shipped to a node as `input/<name>`. */
export interface InputRef {
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** A tree that must be on the node as a verified replica before the job starts (the payload's programs). */
export interface TreeRef {
  readonly dataset: string;
  readonly digest: string;
}

/** Where an output file named in the manifest goes: home as a content-addressed blob, or into a dataset kept on the node. */
export interface OutputRule {
  readonly path: string;
  readonly to: 'home' | `dataset:${string}`;
}

export interface JobLimits {
  /** The process may run this long in all. */
  readonly runSecondsMax: number;
  /** The process may be silent (no byte on stdout, no growth of output) this long; then it hangs. */
  readonly silentSecondsMax: number;
  /** If set, a shim on the node ends the job when nobody has renewed it for so long. */
  readonly selfFenceSeconds?: number;
}

export interface WorkItemSpec {
  readonly id: ItemId;
  readonly kind: JobKind;
  /** Greater goes first. */
  readonly priority: number;
  /** Workflow that is told `itemClosed` when the item reaches a closed state. */
  readonly owner?: string;
  readonly pipeline?: string;
  readonly turn?: number;
  /** Program and arguments; never passed through a shell. `{payload}` in an argument stands for the payload folder on the node. */
  readonly command: readonly string[];
  /** Run in the same folder after success; exit code 0 accepts the outputs. */
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
  /** Node labels the item needs; empty: any node. */
  readonly labels: readonly string[];
  readonly limits: JobLimits;
}

/** True when the item needs files on its node before it can start. */
export const hasFreight = ({ payload, inputs }: WorkItemSpec): boolean => payload !== undefined || inputs.length > 0;

export interface WorkItem {
  readonly spec: WorkItemSpec;
  readonly state: ItemState;
  /** 0 until claimed for the first time. */
  readonly epoch: number;
  readonly attempts: number;
  readonly node?: NodeId;
  readonly outcome?: JobOutcome;
  /** One line per ended try, oldest first. */
  readonly history: readonly string[];
  readonly createdAtMs: number;
  readonly changedAtMs: number;
}
