import type { ExplainFacts } from '../explain-facts.ts';
import type { Explanation } from '../../../domain/explanation/explanation.ts';

/** How things of one kind are found by their id, and explained. All three functions are pure. */
export interface ExplainNoun<Found> {
  readonly find: (id: string, facts: ExplainFacts) => Found | undefined;
  /** Returns the id of the workflow that carries the thing. */
  readonly workflowId?: (found: Found) => string;
  /** Returns undefined when the facts hold nothing about the thing. */
  readonly explain: (found: Found, facts: ExplainFacts) => Explanation | undefined;
}
