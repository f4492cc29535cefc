import { isCancellation, log, sleep } from '@temporalio/workflow';
import { failureOf } from './failure-of.ts';
import { setAttributes, setDetails } from './details.ts';
import { sentenceOf } from '../../src/domain/failure/sentence.ts';
import { restAfterErrorMs } from './limits.ts';

/**
 * Keeps an entity alive after an error: shows state `error` with the failure, then rests, so that the entity can try again. A cancellation still ends
 * the entity.
 */
export async function restAfterError(what: string, error: unknown): Promise<void> {
  if (isCancellation(error)) throw error;
  const failure = failureOf(error);
  log.error(`${what}: ${sentenceOf(failure)}`, { code: failure.code });
  setAttributes({ LifecycleState: 'error', FailureCode: failure.code });
  setDetails(`error: ${failure.code}`, { failure: sentenceOf(failure) });
  await sleep(restAfterErrorMs, { summary: 'after an error' });
}
