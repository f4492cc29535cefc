import { setTimeout as sleep } from 'node:timers/promises';
import { errorText } from '../../src/domain/failure/error.ts';
import { spoolEvent } from '../../src/storage/event/event-spool.ts';
import { eventTypes } from '../../src/domain/event/event-types.ts';
import { workerLimits } from '../limits.ts';
import { type Tidied, tidyParts, type TidyTask } from './run-tidy.ts';
import { startDuty, type DutyParts } from './start-duty.ts';

/**
 * Removes what nothing needs any more, files at home and rows of ledgers, a minute after the start and then each hour, in a thread. A part that fails
 * removes nothing more and is written to the log. The next run tries again. The returned function ends the duty and the thread.
 */
export function startTidyDuty(state: string): () => Promise<void> {
  const duty = async ({ run, signal }: DutyParts): Promise<void> => {
    for (let waitMs: number = workerLimits.firstTidyMs; ; waitMs = workerLimits.tidyEveryMs) {
      await sleep(waitMs, undefined, { signal, ref: false });
      for (const part of tidyParts) {
        try {
          const tidied = (await run({ state, part } satisfies TidyTask)) as Tidied;
          if (tidied.removed + (tidied.items ?? 0) + (tidied.games ?? 0) === 0) continue;
          spoolEvent(state, 'RETENTION_COMPLETED', tidied, { atMs: Date.now(), actor: 'ledger' });
          console.error(eventTypes.RETENTION_COMPLETED.say(tidied));
        } catch (error) {
          if (!signal.aborted) console.error(`${part} that nothing needs stay until the next run: ${errorText(error)}`);
        }
      }
    }
  };
  return startDuty({ state, duty: 'tidy', script: new URL('./run-tidy.js', import.meta.url), name: 'runTidy' }, duty);
}
