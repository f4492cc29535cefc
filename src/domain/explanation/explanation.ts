import type { EventView } from '../event/event.ts';
import type { Hint } from '../failure/hint.ts';
import type { FailureClass, FailureCode } from '../failure/table.ts';
import type { Noun } from '../noun.ts';

/**
 * The explanation of one thing: its title and state, the reasons why it waits or failed, its earlier tries, and commands to run next. The explanation
 * is data, which the CLI and the HTTP server each render. `formatExplanation` renders it for people.
 */
export interface Explanation {
  readonly v: 2;
  readonly id: string;
  readonly kind: Noun;
  /** One line, for example "work item cf.2.self-play.7: self-play of pipeline connect-four, turn 2". */
  readonly title: string;
  readonly state: string;
  readonly sinceMs?: number;
  /** One sentence for each thing that the explained thing waits for, or for each piece of evidence for its state. */
  readonly why: readonly string[];
  readonly failure?: ExplainedFailure;
  /** One line for each earlier try, oldest first. */
  readonly history: readonly string[];
  /** The newest events about the thing, the oldest of them first. Absent when there are none. */
  readonly events?: readonly EventView[];
  /** Command lines that a person can run next. */
  readonly commands: readonly string[];
}

export interface ExplainedFailure {
  readonly code: FailureCode;
  readonly class: FailureClass;
  readonly retried: boolean;
  /** One sentence: the consequence of a failure of this class. */
  readonly fate: string;
  readonly meaning: string;
  /** The message, "Cannot X because Y". Absent when the explained thing is only a failure code. */
  readonly message?: string;
  readonly chain: readonly string[];
  /** The last part of the failed program's stderr. */
  readonly stderr?: string;
  /**
   * The advice: the failure's own hint first, then the steps of the guide that do not repeat this hint. In this list, the text `say` of each hint is
   * a clause of its own.
   */
  readonly next: readonly Hint[];
}
