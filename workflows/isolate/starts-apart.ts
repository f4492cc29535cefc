/** The starts of command daemons. They wait for the nodes, so they are made beside everything else that the manager of the daemons does. */
import { isCancellation, log, sleep } from '@temporalio/workflow';
import { workflowIds } from '../../src/contract/workflows.ts';
import type { GroupNews } from '../../src/domain/daemon/manager.ts';
import { restAfterErrorMs } from './limits.ts';
import { notify, tellSignal } from './signals.ts';
import { type DaemonStart, startDaemons } from './start-daemons.ts';

export class StartsApart {
  readonly #hear: (news: GroupNews) => void;
  #open = 0;

  constructor(hear: (news: GroupNews) => void) {
    this.#hear = hear;
  }

  /** True while a start is under way. */
  get isUnderWay(): boolean {
    return this.#open > 0;
  }

  /** Starts the workflows of these daemons. The manager gets the end as news. */
  start(starts: readonly DaemonStart[]): void {
    if (starts.length === 0) return;
    this.#start(starts).catch((error: unknown) => {
      if (!isCancellation(error)) throw error;
    });
  }

  async #start(starts: readonly DaemonStart[]): Promise<void> {
    this.#open += 1;
    const daemons = starts.map(({ daemon }) => daemon);
    try {
      const { isNew, begun } = await startDaemons(starts, true);
      const others = starts.filter(({ daemon }) => !isNew.has(daemon));
      await Promise.all(others.map(({ daemon, row, missing, wish }) => notify(workflowIds.daemon(daemon), tellSignal, { row, missing, wish })));
      for (const { daemon, record } of begun) this.#hear({ type: 'report', daemon, report: { state: record.state, seq: record.seq } });
      this.#hear({ type: 'started', daemons, failed: false });
    } catch (error) {
      if (isCancellation(error)) throw error;
      log.error('the workflows of command daemons were not started, and are started again', { error: String(error) });
      await sleep(restAfterErrorMs, { summary: 'before the starts that failed' });
      this.#hear({ type: 'started', daemons, failed: true });
    } finally {
      this.#open -= 1;
    }
  }
}
