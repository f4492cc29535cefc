import type { Hint } from '../../domain/failure/hint.ts';

/**
 * The meaning of a code, and the steps that a person can take. `{node}` and `{item}` stand for fields of the failure. The field `say` of each step is
 * a whole clause.
 */
export interface FailureAdvice {
  readonly meaning: string;
  readonly next: readonly Hint[];
}
