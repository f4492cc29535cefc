import { isCancellation, log, sleep } from '@temporalio/workflow';
import { failureOf } from './failure-of.ts';
import { setAttributes, setDetails } from './details.ts';
import { sentenceOf } from '../../src/domain/failure/sentence.ts';

const rest = '10s';

/** An entity does not die of an answer it did not expect: it shows state `error` with the failure, rests, and looks again. A cancel still ends it. */
export async function restAfterError(what: string, error: unknown): Promise<void> {
  if (isCancellation(error)) throw error;
  const failure = failureOf(error);
  log.error(`${what}: ${sentenceOf(failure)}`, { code: failure.code });
  setAttributes({ LifecycleState: 'error', FailureCode: failure.code });
  setDetails(`error: ${failure.code}`, { failure: sentenceOf(failure) });
  await sleep(rest, { summary: 'after an error' });
}
