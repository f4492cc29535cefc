import type { ExplainFacts, ExplainReads, History } from '../explain-facts.ts';
import type { Explanation } from '../../../domain/explanation/explanation.ts';

/** The functions that find things of one kind by their id and explain them. All but `readHistory` are pure. */
export interface ExplainNoun<Found> {
  readonly find: (id: string, facts: ExplainFacts) => Found | undefined;
  /** Returns the id of the thing's workflow. */
  readonly workflowId?: (found: Found) => string;
  /** Reads those facts that no other noun needs. */
  readonly readHistory?: (found: Found, reads: ExplainReads) => Promise<History>;
  /** Returns undefined when the facts contain nothing about the thing. */
  readonly explain: (found: Found, facts: ExplainFacts) => Explanation | undefined;
}
