import type { Hint } from '../../domain/failure/hint.ts';
import type { FailureFields, FailureRecord } from '../../domain/failure/record.ts';
import { plainText, stderrOf } from '../../domain/failure/stderr.ts';
import { isRetried, type FailureCode } from '../../domain/failure/table.ts';
import { given } from '../../base/given.ts';
import type { ExplainedFailure } from '../../domain/explanation/explanation.ts';
import { adviceFor } from './failure-guide.ts';
import { fillIn } from './fill-in.ts';

/**
 * Returns the explanation of a failure. The steps of the failure guide name things such as a node. `more` gives the names that `record` does not
 * contain.
 */
export function explainFailure(record: FailureRecord, more: FailureFields = {}): ExplainedFailure {
  const { message, chain } = record;
  const own = record.hint === undefined ? [] : [asStep(record.hint)];
  const guided = explainedCode(record.code, { ...more, ...record.fields });
  const repeated = new Set(own.flatMap((step) => step.run ?? []));
  const next = [...own, ...guided.next.filter(({ run }) => run === undefined || !repeated.has(run))];
  return { ...guided, ...given({ message, chain, stderr: plainLines(stderrOf(record)), next }) };
}

/** Returns the text without control characters, because a person reads it on a terminal. */
const plainLines = (text: string | undefined): string | undefined => text?.split('\n').map(plainText).join('\n');

/** Returns what the failure table and the guide say about a code. */
export function explainedCode(code: FailureCode, fields: FailureFields = {}): ExplainedFailure {
  const { next, ...advice } = adviceFor(code);
  return { code, retried: isRetried(code), ...advice, chain: [], next: fillIn(next, fields) };
}

/** A hint is a phrase that follows the word "try", and a step is a whole sentence. So `asStep` adds the word "try". */
const asStep = ({ say, run }: Hint): Hint =>
  run === undefined ? { say: `try ${say}` } : { run, ...(say === undefined ? {} : { say: `try ${say}` }) };
