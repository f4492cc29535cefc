import { setTimeout as sleep } from 'node:timers/promises';
import type { RetentionConfig } from '../../src/domain/cluster/retention.ts';
import { errorText } from '../../src/domain/failure/error.ts';
import { spoolEvent } from '../../src/storage/event/event-spool.ts';
import type { TidyResult } from '../../src/storage/retention/tidy-home.ts';
import { workerLimits } from '../limits.ts';
import type { TidyTask } from './run-tidy.ts';
import { startDuty, type DutyParts } from './start-duty.ts';

/**
 * Removes unneeded files at home, a minute after the start and then each hour, in a thread. A run that fails removes nothing more and is written to the
 * log. The next run tries again. The returned function ends the duty and the thread.
 */
export function startTidyDuty(state: string, retention: RetentionConfig): () => Promise<void> {
  const duty = async ({ run, signal }: DutyParts): Promise<void> => {
    for (let waitMs: number = workerLimits.firstTidyMs; ; waitMs = workerLimits.tidyEveryMs) {
      await sleep(waitMs, undefined, { signal, ref: false });
      try {
        const { removed, bytes } = (await run({ state, retention } satisfies TidyTask)) as TidyResult;
        if (removed > 0) spoolEvent(state, 'RETENTION_COMPLETED', { removed, bytes }, { atMs: Date.now(), actor: 'ledger' });
        if (removed > 0) console.error(`removed ${removed} files that nothing needs any more (${bytes} bytes)`);
      } catch (error) {
        if (!signal.aborted) console.error(`files that nothing needs stay until the next run: ${errorText(error)}`);
      }
    }
  };
  return startDuty({ state, duty: 'tidy', script: new URL('./run-tidy.js', import.meta.url), name: 'runTidy' }, duty);
}
