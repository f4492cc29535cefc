import type { FailureRecord } from '../../domain/failure/record.ts';
import { isRetried, type FailureCode } from '../../domain/failure/table.ts';
import type { ExplainedFailure, Explanation } from '../../domain/explanation/explanation.ts';
import { adviceFor, fillIn } from './failure-guide.ts';
import { sentenceOf } from '../../domain/failure/sentence.ts';

type Fields = FailureRecord['fields'];

export function explainFailure(record: FailureRecord, more: Fields = {}): ExplainedFailure {
  const advice = adviceFor(record.code);
  return {
    code: record.code,
    class: advice.class,
    retried: isRetried(record.code),
    fate: advice.fate,
    meaning: advice.meaning,
    message: sentenceOf(record),
    chain: record.chain,
    next: fillIn(advice.next, { ...more, ...record.fields }),
  };
}

/** A code by itself is documentation: needs no cluster. */
export function explainCode(code: FailureCode): Explanation {
  const advice = adviceFor(code);
  return {
    v: 1,
    id: code,
    kind: 'failure-code',
    title: `failure code ${code}`,
    state: `class ${advice.class}`,
    why: [],
    failure: {
      code,
      class: advice.class,
      retried: isRetried(code),
      fate: advice.fate,
      meaning: advice.meaning,
      chain: [],
      next: fillIn(advice.next, {}),
    },
    history: [],
    commands: [],
  };
}
