import type { ExplainFacts } from '../explain-facts.ts';
import type { Explanation } from '../../../domain/explanation/explanation.ts';

/** The functions that find things of one kind by their id and explain them. All of them are pure. */
export interface ExplainNoun<Found> {
  readonly find: (id: string, facts: ExplainFacts) => Found | undefined;
  /** Returns the id of the workflow that carries the thing. */
  readonly workflowId?: (found: Found) => string;
  /** Returns undefined when the facts hold nothing about the thing. */
  readonly explain: (found: Found, facts: ExplainFacts) => Explanation | undefined;
}
