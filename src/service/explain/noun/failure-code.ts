import { type FailureCode, isFailureCode } from '../../../domain/failure/table.ts';
import { explainedCode } from '../explain-failure.ts';
import type { Explanation } from '../../../domain/explanation/explanation.ts';
import type { ExplainNoun } from './noun.ts';

export const failureCode: ExplainNoun<FailureCode> = {
  find: (id) => (isFailureCode(id) ? id : undefined),
  explain: (code) => explainFailureCode(code),
};

/** Returns what a code means. This is documentation: it needs no cluster. */
export function explainFailureCode(code: FailureCode): Explanation {
  const failure = explainedCode(code);
  return {
    v: 2,
    id: code,
    kind: 'failure-code',
    title: `failure code ${code}`,
    state: `class ${failure.class}`,
    why: [],
    failure,
    history: [],
    commands: [],
  };
}
