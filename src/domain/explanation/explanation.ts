import type { FailureClass, FailureCode } from '../failure/table.ts';

export type ExplainedKind = 'item' | 'job' | 'node' | 'sync' | 'pipeline' | 'generation' | 'model' | 'process' | 'failure-code';

/** One answer to "why": what it is, how it stands, why it waits or failed, what was tried, what to do. */
export interface Explanation {
  readonly v: 1;
  readonly id: string;
  readonly kind: ExplainedKind;
  /** "work item cf.2.self-play.7: self-play of pipeline connect-four, turn 2". */
  readonly title: string;
  readonly state: string;
  readonly sinceMs?: number;
  /** Sentences: what it waits for, or what its state rests on. */
  readonly why: readonly string[];
  readonly failure?: ExplainedFailure;
  /** Earlier tries, oldest first. */
  readonly history: readonly string[];
  /** Command lines to try next, ready to run. */
  readonly commands: readonly string[];
}

export interface ExplainedFailure {
  readonly code: FailureCode;
  readonly class: FailureClass;
  readonly retried: boolean;
  /** What becomes of a failure of this class. */
  readonly fate: string;
  readonly meaning: string;
  readonly message?: string;
  readonly chain: readonly string[];
  readonly next: readonly string[];
}
