/** The state that the workflow of a daemon carries, and the changes that it has not reported yet. `src/domain/daemon/lifecycle.ts` makes each change. */
import { CancellationScope, condition, isCancellation, log } from '@temporalio/workflow';
import { given } from '../../src/base/given.ts';
import { type DaemonInput, type DaemonTold, workflowIds } from '../../src/contract/workflows.ts';
import {
  type Daemon,
  type DaemonRow,
  type DaemonTransition,
  isActive,
  type ReportedDaemon,
  transitionOf,
  type WorkForm,
} from '../../src/domain/daemon/daemon.ts';
import { afterNews, type DaemonNews } from '../../src/domain/daemon/lifecycle.ts';
import { restOfLooked } from '../../src/domain/daemon/look.ts';
import type { Worked } from '../../src/domain/daemon/work.ts';
import { type DaemonMove, nextMove } from '../../src/domain/daemon/next-move.ts';
import { ledger } from './activities.ts';
import { setAttributes, setDetails } from './details.ts';
import { endsQuietly } from './end-of-run.ts';
import { restAfterErrorMs, unsaidChangesMax } from './limits.ts';
import { daemonReportedSignal, notify } from './signals.ts';

export class LiveDaemon {
  row: DaemonRow;
  daemon: Daemon;
  /** The memory of the last work. */
  memory: unknown;
  /** The time until the next work. */
  restMs: number;
  /** True when the duty has something to do. A wake-up that comes while the daemon does not work is kept until it does. */
  isWoken: boolean;
  /** The work that is under way. */
  #work: CancellationScope | undefined;
  readonly #isLookedAt: boolean;
  /** True when the work records the start of a process, and a program without a health check runs from its start. */
  readonly startsPlainly: boolean;
  #unsaid: readonly DaemonTransition[];
  /** The changes that the manager records. This workflow records them too, as soon as there is any other news. */
  #leftToManager: readonly DaemonTransition[] | undefined;
  /** The changes that the work records together with the opening of its process. Any other news takes them back. */
  #leftToWork: readonly DaemonTransition[] | undefined;
  /** True when the manager must learn the state, although it may not have changed. */
  #mustReport: boolean;
  #recording = 0;
  #isReporting = false;
  #isEnded = false;

  constructor({ row, daemon, memory, unsaid = [], isLookedAt = false, startsPlainly = false, hasBegun = false }: DaemonInput) {
    this.#isLookedAt = isLookedAt;
    this.startsPlainly = startsPlainly;
    this.row = row;
    this.daemon = daemon;
    this.memory = memory;
    this.#unsaid = unsaid;
    this.#leftToManager = hasBegun ? unsaid : undefined;
    this.#mustReport = !hasBegun;
    // The process of a command daemon is watched at once.
    this.isWoken = !hasBegun || row.process !== undefined;
    this.restMs = hasBegun ? restOfLooked(daemon, row.intervalMs, undefined) : row.intervalMs;
    if (hasBegun) this.show();
  }

  /** True while the state is on its way to the ledger or to the manager. */
  get isSaying(): boolean {
    return this.#recording > 0 || this.#isReporting;
  }

  /** `atMs` is the time of the news, when it is not the present. */
  hear(news: DaemonNews, atMs: number = Date.now()): void {
    const before = this.daemon;
    this.daemon = afterNews(before, news, this.row, atMs);
    if (this.daemon.seq !== before.seq) {
      this.#unsaid = [...this.#unsaid, transitionOf(this.row.id, before, this.daemon)].slice(-unsaidChangesMax);
      this.#mustReport = true;
      if (this.daemon.state === 'starting') {
        this.isWoken = true;
        if (this.startsPlainly && this.row.process !== undefined) this.#leftToWork = this.#unsaid;
      }
    }
    if (!isActive(this.daemon)) this.#work?.cancel();
  }

  /** Takes what the manager sends: the row, the dependencies that do not run, and the wish. */
  take({ row, missing, wish }: DaemonTold): void {
    const isChanged = row.process?.declaration !== this.row.process?.declaration;
    this.row = row;
    this.#mustReport = true;
    this.#leftToManager = undefined;
    if (isChanged) this.hear({ type: 'changed' });
    this.hear({ type: 'dependencies', missing });
    const isAgain = wish.wish === 'running' && this.daemon.isDone === true && wish.sinceMs > this.daemon.sinceMs;
    if (wish.wish !== this.daemon.wish.wish || isAgain)
      this.hear({ type: wish.wish === 'running' ? 'start' : 'stop', by: wish.by, reason: wish.reason });
  }

  next = (): DaemonMove => nextMove({ daemon: this.daemon, row: this.row, isWoken: this.isWoken, restMs: this.restMs }, Date.now());

  /** Takes the end of work that succeeded. `restMs` is the time that the work asked for, and `form` the form of the work. */
  worked({ memory, restMs, health }: Worked, form: WorkForm): void {
    const { intervalMs } = this.row;
    this.memory = memory;
    if (restMs === 0) this.isWoken = true;
    this.hear({ type: 'worked', health });
    this.restMs = this.#isLookedAt && form === 'round' ? restOfLooked(this.daemon, intervalMs, restMs) : Math.min(intervalMs, restMs ?? intervalMs);
    this.show();
  }

  /** Does the work. A change to a state in which the daemon does not work interrupts it. */
  async work<End>(does: () => Promise<End>): Promise<End | 'interrupted'> {
    const scope = new CancellationScope();
    this.#work = scope;
    try {
      return await scope.run(does);
    } catch (error) {
      if (CancellationScope.current().consideredCancelled || !scope.consideredCancelled) throw error;
      return 'interrupted';
    } finally {
      this.#work = undefined;
    }
  }

  /** Waits until the state changes or the duty has something to do. Returns false when the time is over first. */
  // An `async` function would return one step later, and a recorded history has the steps in their order.
  untilNews(forMs: number | undefined, summary: string): Promise<unknown> {
    const before = this.daemon;
    const isNews = (): boolean => this.daemon !== before || (this.isWoken && isActive(this.daemon));
    return forMs === undefined ? condition(isNews) : condition(isNews, forMs, { summary });
  }

  show(): void {
    const { state, because, restarts, health, wish } = this.daemon;
    setDetails(`${this.row.id} is ${state}: ${because}`, { ...health?.details, restarts, 'wished by': `${wish.by} (${wish.reason})` });
  }

  carried = (): DaemonInput => ({
    v: 1,
    row: this.row,
    daemon: this.daemon,
    memory: this.memory,
    isLookedAt: true,
    startsPlainly: true,
    ...given({ unsaid: this.#unsaid.length > 0 ? this.#unsaid : undefined }),
  });

  /** Makes a call that records what the ledger does not have yet of the start of this work. A call that fails leaves that to the other records. */
  async recordWith<Result>(call: (reported: ReportedDaemon | undefined) => Promise<Result>): Promise<Result> {
    const changes = this.#leftToWork === this.#unsaid ? this.#leftToWork : undefined;
    if (changes === undefined) return call(undefined);
    this.#recording += 1;
    try {
      const result = await call({ daemon: this.row.id, record: this.daemon, changes });
      this.#unsaid = this.#unsaid.filter((one) => !changes.includes(one));
      return result;
    } finally {
      this.#leftToWork = undefined;
      this.#recording -= 1;
    }
  }

  /** Says nothing further in this run of the workflow. The next run records and reports what this one leaves. */
  end(): void {
    this.#isEnded = endsQuietly();
  }

  /** Waits until the ledger has every change of the state. */
  untilRecorded = (): Promise<void> => {
    this.#leftToManager = undefined;
    this.#leftToWork = undefined;
    return condition(() => this.#unsaid.length === 0);
  };

  /** Keeps the ledger and the manager up to date. The daemon goes on meanwhile, also when the ledger cannot be written. */
  keepSaying(): void {
    for (const keep of [this.#keepRecord(), this.#keepReport()]) {
      keep.catch((error: unknown) => {
        if (!isCancellation(error)) throw error;
      });
    }
  }

  async #keepRecord(): Promise<void> {
    for (;;) {
      await condition(() => this.#unsaid.length > 0 && this.#unsaid !== this.#leftToManager && this.#unsaid !== this.#leftToWork);
      if (this.#isEnded) return;
      const changes = this.#unsaid;
      try {
        this.#recording += 1;
        await ledger.recordDaemon({ daemon: this.row.id, record: this.daemon, changes });
        this.#recording -= 1;
        this.#unsaid = this.#unsaid.filter((one) => !changes.includes(one));
      } catch (error) {
        this.#recording -= 1;
        if (isCancellation(error)) throw error;
        log.error('the state of the daemon was not recorded', { daemon: this.row.id, error: String(error) });
        await condition(() => false, restAfterErrorMs);
      }
    }
  }

  /** Reports each change of the state to the manager at once, also while work is under way: the work of a stream takes minutes. */
  async #keepReport(): Promise<void> {
    for (;;) {
      await condition(() => this.#mustReport);
      if (this.#isEnded) return;
      this.#mustReport = false;
      setAttributes({ DaemonType: this.row.id, LifecycleState: this.daemon.state });
      this.show();
      const report = { state: this.daemon.state, seq: this.daemon.seq };
      this.#isReporting = true;
      await notify(workflowIds.daemonManager, daemonReportedSignal, { daemon: this.row.id, report });
      this.#isReporting = false;
    }
  }
}
