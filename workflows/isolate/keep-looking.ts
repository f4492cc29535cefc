import { isCancellation, log, sleep } from '@temporalio/workflow';
import { looksMsMax } from '../../src/domain/limits.ts';
import { ledgerLooks } from './activities.ts';
import { looksRestMs } from './limits.ts';

/** Keeps the looks at the daemons going until the workflow is cancelled (`src/domain/daemon/look.ts`). */
export async function keepLooking(): Promise<void> {
  for (let isCancelled = false; !isCancelled;) {
    isCancelled = await hasCancelled(() => ledgerLooks.lookAtDaemons({ maxMs: looksMsMax }));
    isCancelled ||= await hasCancelled(() => sleep(looksRestMs, { summary: 'until the looks at the daemons begin again' }));
  }
}

/** Returns true when the workflow was cancelled meanwhile. Any other failure of the step is logged. */
async function hasCancelled(step: () => Promise<unknown>): Promise<boolean> {
  try {
    await step();
  } catch (error) {
    if (isCancellation(error)) return true;
    log.warn('the looks at the daemons ended, and begin again', { error: String(error) });
  }
  return false;
}
