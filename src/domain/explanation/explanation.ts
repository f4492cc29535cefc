import type { Hint } from '../failure/hint.ts';
import type { FailureClass, FailureCode } from '../failure/table.ts';
import type { Noun } from '../noun.ts';

/** What a thing is, why it waits or failed, what was tried, and what to do. Data: each door renders it, as `formatExplanation` does for people. */
export interface Explanation {
  readonly v: 2;
  readonly id: string;
  readonly kind: Noun;
  /** "work item cf.2.self-play.7: self-play of pipeline connect-four, turn 2". */
  readonly title: string;
  readonly state: string;
  readonly sinceMs?: number;
  /** Sentences: what the thing waits for, or the evidence for its state. */
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
  /** What happens after a failure of this class. */
  readonly fate: string;
  readonly meaning: string;
  /** "Cannot X because Y". Absent when a code alone is explained. */
  readonly message?: string;
  readonly chain: readonly string[];
  /** The end of the failed program's stderr. */
  readonly stderr?: string;
  /** What a person can do: the failure's own hint first, then the steps of the guide that do not repeat it. `say` is a clause of its own here. */
  readonly next: readonly Hint[];
}
