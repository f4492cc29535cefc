import { type DutyPlace, type DutyThread, openDutyThread } from './duty-thread.ts';
import { logOf } from '../../src/telemetry/log.ts';

export interface DutyParts extends Pick<DutyThread, 'run'> {
  /** Aborts when the duty is to end. */
  readonly signal: AbortSignal;
}

/**
 * Starts a duty of the ledger worker: a loop that runs one function in a thread of its own, again and again. The returned function ends the loop and the
 * thread.
 */
export function startDuty(place: DutyPlace, loop: (parts: DutyParts) => Promise<void>): () => Promise<void> {
  const ended = new AbortController();
  const { run, close } = openDutyThread(place);
  loop({ run, signal: ended.signal }).catch((error: unknown) => {
    if (!ended.signal.aborted) logOf('ledger').error({ err: error }, 'a duty ended');
  });
  return async () => {
    ended.abort();
    await close();
  };
}
