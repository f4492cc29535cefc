/**
 * Supervises one child of the launcher.
 *
 *   starting → running            the child has become ready
 *   starting, running → starting  the child ended; it is started again after a delay (`restart-policy.ts`)
 *   starting → failed             the child ended three times in a row without a stable run between; the launcher still starts it again
 *   failed → running              a later start worked
 *   any → stopped                 supervision ended; `stop-cluster.ts` ends the child itself
 *
 * A child that already runs with the same command is adopted and not started again, so a restart of the launcher restarts no child. Two processes of
 * the same name never run at the same time: a new process is started only when the old process has ended.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningCluster } from '../../../src/domain/cluster/cluster.ts';
import type { ProcessView } from '../../../src/domain/cluster/status.ts';
import { errorText } from '../../../src/domain/failure/error.ts';
import { isAlive } from '../../../src/process/process-identity.ts';
import { readRecord } from '../../../src/process/process-record.ts';
import { decideRestart } from '../../../src/process/restart-policy.ts';
import { startProcess } from '../../../src/process/start-process.ts';
import type { Log } from '../../../src/telemetry/log.ts';
import { launcherLimits } from '../../limits.ts';
import { adoptChild } from './adopt-child.ts';
import { becomeReady } from './become-ready.ts';
import type { ProcessEntry } from './process-table.ts';

export interface Supervised {
  readonly entry: ProcessEntry;
  /** Resolves when the child is ready for the first time, or when supervision ends. */
  readonly ready: Promise<void>;
  readonly view: () => ProcessView;
  /** Ends supervision, so that no child is started from now on. Resolves when no start is in progress. The child itself lives on. */
  readonly leave: () => Promise<void>;
}

export interface SuperviseParts {
  readonly entry: ProcessEntry;
  readonly running: RunningCluster;
  readonly log: Log;
  /** Called after each change of the view. */
  readonly onChange: () => void;
}

export function supervise({ entry, running, log, onChange }: SuperviseParts): Supervised {
  const { state, cluster } = running.config;
  const { name } = entry;
  let view: ProcessView = { name, pid: 0, state: 'starting', restarts: 0, sinceMs: Date.now() };
  const life = { leaving: false };
  let resolveReady = (): void => {};
  const ready = new Promise<void>((resolve) => (resolveReady = resolve));
  const set = (part: Partial<ProcessView>): void => {
    const sinceMs = part.state !== undefined && part.state !== view.state ? Date.now() : view.sinceMs;
    view = { ...view, ...part, sinceMs };
    onChange();
  };

  const run = async (): Promise<void> => {
    let ends = 0;
    let restarts = readRecord(state, name)?.restarts ?? 0;
    let record = await adoptChild(entry, running, log);
    while (!life.leaving) {
      const bornMs = record?.startedAtMs ?? Date.now();
      let ended: Promise<string> | undefined;
      if (record === undefined) {
        try {
          const started = await startProcess({ state, cluster, name, argv: entry.argv, restarts, configEpoch: running.configEpoch });
          ({ record, ended } = started);
          log.info({ process: name, started: record.pid, restarts }, 'started');
        } catch (error) {
          log.error({ process: name, error: errorText(error) }, 'cannot be started');
        }
      }
      if (record !== undefined) {
        const child = record;
        set({ pid: child.pid, restarts, ...(view.state === 'failed' ? {} : { state: 'starting' }) });
        const isOver = (): boolean => life.leaving || !isAlive(child);
        if (await becomeReady(entry, child, running, isOver, log)) {
          set({ state: 'running' });
          resolveReady();
        }
        while (!isOver()) await sleep(launcherLimits.childEndPollMs);
      }
      if (life.leaving) break;
      const how = ended === undefined ? 'unknown' : await ended;
      const decision = decideRestart(ends, Date.now() - bornMs);
      ends = decision.ends;
      restarts += 1;
      log.warn({ process: name, pid: record?.pid, how, ends, delayMs: decision.delayMs }, 'ended; it is started again');
      set({ state: decision.state, pid: 0, restarts });
      record = undefined;
      await sleep(decision.delayMs);
    }
  };

  const over = run()
    .catch((error: unknown) => {
      log.error({ process: name, error: error instanceof Error ? error.stack : String(error) }, 'supervision ended');
      set({ state: 'failed' });
    })
    .finally(() => resolveReady());
  return {
    entry,
    ready,
    view: () => view,
    leave: () => {
      life.leaving = true;
      return over;
    },
  };
}
