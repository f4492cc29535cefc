import { isCancellation, log, sleep } from '@temporalio/workflow';
import { looksMsMax } from '../../src/domain/limits.ts';
import { ledgerLooks } from './activities.ts';
import { endsQuietly } from './end-of-run.ts';
import { looksRestMs } from './limits.ts';

/** The looks at the daemons (`src/domain/daemon/look.ts`). */
export class Looks {
  #isUnderWay = false;
  #isKept = false;
  #isEnded = false;

  /** True while the activity that looks is open. */
  get isUnderWay(): boolean {
    return this.#isUnderWay;
  }

  /** Keeps the looks going until the workflow is cancelled. A second call changes nothing. */
  keep(): void {
    if (this.#isKept) return;
    this.#isKept = true;
    void this.#keepLooking();
  }

  /** Begins no further look in this run of the workflow. */
  end(): void {
    this.#isEnded = endsQuietly();
  }

  async #keepLooking(): Promise<void> {
    for (let isCancelled = false; !isCancelled && !this.#isEnded;) {
      this.#isUnderWay = true;
      isCancelled = await hasCancelled(() => ledgerLooks.lookAtDaemons({ maxMs: looksMsMax }));
      this.#isUnderWay = false;
      isCancelled ||= await hasCancelled(() => sleep(looksRestMs, { summary: 'until the looks at the daemons begin again' }));
    }
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
