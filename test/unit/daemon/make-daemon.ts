import { given } from '../../../src/base/given.ts';
import { type Daemon, type DaemonRow } from '../../../src/domain/daemon/daemon.ts';
import { afterNews, type DaemonNews, newDaemon } from '../../../src/domain/daemon/lifecycle.ts';
import { failureRecord } from '../../../src/domain/failure/record.ts';

export const failureOf = (because: string, kind: 'threw' | 'hung' | 'gone' = 'threw'): DaemonNews => ({
  type: 'failed',
  failure: { kind, record: failureRecord('internal.defect', { cannot: 'work', because, hint: { say: 'again' } }) },
});
export const well: DaemonNews = { type: 'worked', health: { healthy: true, message: 'all is well', details: {} } };
export const unwell: DaemonNews = { type: 'worked', health: { healthy: false, message: 'no node answers', details: { nodes: 3 } } };
export const byOperator = (type: 'start' | 'stop' | 'restart' | 'reset'): DaemonNews => ({ type, by: 'ada@home', reason: 'a test' });
export const needs = (...missing: string[]): DaemonNews => ({ type: 'dependencies', missing });

export const row = (id: string, dependencies: readonly string[] = [], critical = false, after?: readonly string[]): DaemonRow => ({
  id,
  summary: `does the work of ${id}`,
  critical,
  dependencies,
  intervalMs: 60_000,
  ...given({ after }),
});

/** A daemon with a clock of its own, in seconds. */
export class Story {
  daemon: Daemon = newDaemon({ wish: 'running', by: 'ringmaster', reason: 'the cluster runs', sinceMs: 0 });
  nowMs = 0;
  row: Pick<DaemonRow, 'critical' | 'process' | 'after'>;

  constructor(rule: boolean | Pick<DaemonRow, 'critical' | 'process' | 'after'> = false) {
    this.row = typeof rule === 'boolean' ? { critical: rule } : rule;
  }

  /** Passes the news to the daemon, one after another, and returns the daemon's state. */
  hear(...news: readonly DaemonNews[]): Daemon['state'] {
    for (const one of news) this.daemon = afterNews(this.daemon, one, this.row, this.nowMs);
    return this.daemon.state;
  }

  /** Lets the time pass, and returns the state of the daemon then. */
  wait(seconds: number): Daemon['state'] {
    this.nowMs += seconds * 1_000;
    return this.hear({ type: 'time' });
  }

  grant = (): Daemon['state'] => this.hear({ type: 'granted', seq: this.daemon.seq });
}
