import type { FailureCode } from '../failure/table.ts';

/** The rest of a node: it gets no job but one canary, from `untilMs` on. `rest.ts` decides when a rest begins and ends. */
export interface NodeRest {
  /** The time of the failure that began or prolonged the rest. */
  readonly sinceMs: number;
  /** The time from which one item may try the node. */
  readonly untilMs: number;
  /** The number of rests in a row: 1, and one more for each canary that failed. */
  readonly rests: number;
  readonly code: FailureCode;
  /** One sentence: the failures that caused the rest. */
  readonly because: string;
}
