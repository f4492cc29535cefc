import { Context } from '@temporalio/activity';
import type { ProcessHealth, WatchedProcess, WatchProcessInput } from '../../src/contract/activity/daemon.ts';
import { type HealthAnswer, judgeHealth, type HealthMemory, runsOn } from '../../src/domain/daemon/health.ts';
import { exitOf } from '../../src/domain/daemon/process-exit.ts';
import { withStderr } from '../../src/domain/failure/stderr.ts';
import type { JobObservation } from '../../src/domain/job/job.ts';
import type { Machine } from '../../src/transport/machine.ts';
import { daemonWatchLimits } from '../limits.ts';
import { withHeartbeat } from '../with-heartbeat.ts';
import { askHealth, rootOf } from './ask-health.ts';
import type { JobWatcher } from './job-watcher.ts';
import { stderrOfLogs } from './watch-job.ts';

/**
 * Watches the process of a command daemon until there is news of its health or of its end. The looks at the process are those of the node's watcher, one
 * for all jobs of the node. A look that fails proves nothing about the process. When no look has succeeded for `unseenMs`, the node is what is unwell,
 * and the process is asked nothing.
 */
export const watchProcess = (input: WatchProcessInput, machine: Machine, watcher: JobWatcher): Promise<WatchedProcess> =>
  withHeartbeat((signal) => new ProcessWatch(input, machine, watcher).run(signal));

class ProcessWatch {
  readonly #input: WatchProcessInput;
  readonly #machine: Machine;
  readonly #watcher: JobWatcher;
  #health: HealthMemory;
  #settle: (news: WatchedProcess) => void = () => undefined;
  #seenAtMs = performance.now();
  #askedAtMs = performance.now();
  #isAsking = false;
  #root: string | undefined;
  #readTo = 0;
  #isOver = false;

  constructor(input: WatchProcessInput, machine: Machine, watcher: JobWatcher) {
    this.#input = input;
    this.#machine = machine;
    this.#watcher = watcher;
    this.#health = input.health;
  }

  async run(signal: AbortSignal): Promise<WatchedProcess> {
    const { process, maxMs } = this.#input;
    let end = (): void => undefined;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<WatchedProcess>((resolve, reject) => {
        this.#settle = resolve;
        // A text that was printed before is of no use here, so the look leaves it out.
        end = this.#watcher.watch({ job: process.job, readTo: () => this.#readTo }, (seen) => this.#hear(seen));
        timer = setTimeout(() => this.#news(this.#input.known ?? notKnown), maxMs);
        Context.current().cancelled.catch(reject);
        if (signal.aborted) reject(signal.reason as Error);
      });
    } finally {
      this.#isOver = true;
      clearTimeout(timer);
      end();
    }
  }

  #hear(seen: JobObservation | Error): void {
    if (this.#isOver) return;
    const { process, started } = this.#input;
    if (seen instanceof Error) {
      if (performance.now() - this.#seenAtMs > daemonWatchLimits.unseenMs)
        this.#tell({ healthy: false, message: `node ${process.node} does not answer, and its process may run: ${seen.message}` });
      return;
    }
    this.#seenAtMs = performance.now();
    this.#readTo = seen.readTo;
    const exit = exitOf(seen, { daemon: process.daemon, node: process.node, started });
    if (exit === undefined) {
      void this.#ask();
      return;
    }
    this.#settle({
      type: 'exited',
      exit: exit.type === 'interrupted' ? exit : { ...exit, record: withStderr(exit.record, stderrOfLogs(seen.logs)) },
    });
  }

  /** Asks for the health when it is time to. A question that fails to reach the node is no answer of the program. */
  async #ask(): Promise<void> {
    const { process, known } = this.#input;
    const { health, readyWithinMs } = process;
    if (health === undefined) {
      this.#tell(runsOn(process.node));
      return;
    }
    const passedMs = performance.now() - this.#askedAtMs;
    const isFirst = known === undefined && this.#health === this.#input.health;
    // A program that starts is asked at every look, so that it is ready soon.
    if (this.#isAsking || (!isFirst && this.#health.isReady && passedMs < health.everyMs)) return;
    this.#isAsking = true;
    this.#askedAtMs = performance.now();
    let answer: HealthAnswer | undefined;
    try {
      this.#root ??= await rootOf(this.#machine);
      answer = await askHealth(process, health, { machine: this.#machine, root: this.#root, before: this.#health });
    } catch {
      return; // The looks at the node fail too, and say so.
    } finally {
      this.#isAsking = false;
    }
    const verdict = judgeHealth(answer, this.#health, { silentMax: health.silentMax, readyWithinMs, passedMs });
    this.#health = verdict.memory;
    if (verdict.hangs !== undefined) this.#settle({ type: 'hangs', because: verdict.hangs });
    else if (verdict.health !== undefined) this.#tell(verdict.health);
  }

  /** Returns to the workflow when the health is other than the one that the workflow knows. The words of a health that stays well may vary. */
  #tell(health: ProcessHealth): void {
    const { known } = this.#input;
    if (known === undefined || known.healthy !== health.healthy || (!health.healthy && known.message !== health.message)) this.#news(health);
  }

  #news(known: ProcessHealth): void {
    this.#settle({ type: 'news', health: this.#health, known });
  }
}

const notKnown: ProcessHealth = { healthy: false, message: 'it has given no answer yet' };
