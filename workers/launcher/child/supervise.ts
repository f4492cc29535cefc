/**
 * Supervises one child of the launcher.
 *
 *   starting → running            the child has become ready
 *   starting, running → starting  the child ended; it is started again after a delay (`restart-policy.ts`)
 *   starting → failed             the child ended three times in a row without a stable run between; the launcher still starts it again
 *   failed → running              a later start worked
 *   running → starting            the child showed no sign of life for `silentMsMax`, so it was killed; it is started again
 *   any → stopped                 supervision ended; `stop-cluster.ts` ends the child itself
 *
 * A child that already runs with the same command is adopted and not started again, so a restart of the launcher restarts no child. Two processes of
 * the same name never run at the same time: a new process is started only when the old process has ended.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterIdentity } from '../../../src/domain/cluster/cluster-identity.ts';
import type { RunningCluster } from '../../../src/domain/cluster/cluster.ts';
import type { ProcessView } from '../../../src/domain/cluster/status.ts';
import { errorText } from '../../../src/domain/failure/error.ts';
import { statePaths } from '../../../src/domain/cluster/state-paths.ts';
import { isAlive, ranMs } from '../../../src/process/process-identity.ts';
import { readRecord, writeRecord, type ProcessRecord } from '../../../src/process/process-record.ts';
import { decideRestart } from '../../../src/process/restart-policy.ts';
import { startProcess } from '../../../src/process/start-process.ts';
import { spoolEvent } from '../../../src/storage/event/event-spool.ts';
import type { Log } from '../../../src/telemetry/log.ts';
import { launcherLimits } from '../../limits.ts';
import { KeptFile } from '../kept-file.ts';
import { adoptChild } from './adopt-child.ts';
import { becomeReady } from './become-ready.ts';
import { endWhenSilent } from './end-when-silent.ts';
import { endWhenStopped } from './end-when-stopped.ts';
import type { ProcessEntry } from './process-table.ts';

export interface Supervised {
  readonly entry: ProcessEntry;
  /** Resolves when the child was started or adopted for the first time, or when supervision ends. */
  readonly started: Promise<void>;
  /** Resolves when the child is ready for the first time, or when supervision ends. */
  readonly ready: Promise<void>;
  /** Resolves when the child is ready or has failed for the first time, or when supervision ends. */
  readonly settled: Promise<void>;
  readonly view: () => ProcessView;
  /** Ends supervision, so that no child is started from now on. Resolves when no start is in progress. The child itself lives on. */
  readonly leave: () => Promise<void>;
}

export interface SuperviseParts {
  readonly entry: ProcessEntry;
  readonly running: RunningCluster;
  readonly owner: ClusterIdentity;
  readonly log: Log;
  /** Called after each change of the view. Must not throw. */
  readonly onChange: () => void;
}

export function supervise({ entry, running, owner, log, onChange }: SuperviseParts): Supervised {
  const { state } = running.config;
  const { name } = entry;
  let view: ProcessView = { name, pid: 0, state: 'starting', restarts: 0, sinceMs: Date.now() };
  const life: { leaving: boolean; followed: ProcessRecord | undefined } = { leaving: false, followed: undefined };
  let resolveStarted = (): void => {};
  const started = new Promise<void>((resolve) => (resolveStarted = resolve));
  let resolveReady = (): void => {};
  const ready = new Promise<void>((resolve) => (resolveReady = resolve));
  let resolveSettled = (): void => {};
  const settled = new Promise<void>((resolve) => (resolveSettled = resolve));
  void ready.then(resolveSettled);
  const set = (part: Partial<ProcessView>): void => {
    const sinceMs = part.state !== undefined && part.state !== view.state ? Date.now() : view.sinceMs;
    const { silentSeconds: _, ...before } = view;
    view = { ...before, ...part, sinceMs };
    onChange();
  };
  let ends = 0;
  let logFrom: number | undefined;
  let restarts = readRecord(state, name)?.restarts ?? 0;

  /** Follows one child from its start or adoption to its end. Returns how it ended. */
  const follow = async (adopted: ProcessRecord | undefined): Promise<string> => {
    let child = adopted;
    let ended: Promise<string> | undefined;
    let isRecorded = true;
    if (child === undefined) {
      const done = entry.beforeStart?.();
      if (done !== undefined) log.warn({ process: name }, done);
      const process = await startProcess({
        state,
        clusterId: owner.id,
        name,
        argv: entry.argv,
        variables: entry.variables,
        restarts,
        configEpoch: running.configEpoch,
        configDigest: entry.configDigest,
        logFrom: ends === 0 ? undefined : logFrom,
      });
      ({ record: child, ended, isRecorded } = process);
      logFrom = child.logFrom;
      log.info({ process: name, started: child.pid, restarts }, 'started');
    }
    const record = child;
    const recordFile = new KeptFile(statePaths(state).processRecord(name), log, () => writeRecord(state, record));
    if (!isRecorded) recordFile.put();
    const isOver = (): boolean => life.leaving || !isAlive(record);
    set({ pid: record.pid, restarts, ...(view.state === 'failed' ? {} : { state: 'starting' }) });
    resolveStarted();
    const watchParts = { entry, record, running, log, isOver: () => isOver() || life.followed !== record, onSilence: set };
    life.followed = record;
    for (const watching of [endWhenSilent(watchParts), endWhenStopped(watchParts)])
      watching.catch((error: unknown) => log.error({ process: name, error: errorText(error) }, 'its silence is no longer watched'));
    try {
      if (await becomeReady(entry, record, { running, owner }, isOver, log)) {
        set({ state: 'running' });
        resolveReady();
      }
      while (!isOver()) await sleep(launcherLimits.childEndPollMs);
    } finally {
      life.followed = undefined;
      recordFile.close();
    }
    return ended === undefined || life.leaving ? 'unknown' : ended;
  };

  const run = async (): Promise<void> => {
    let adopted: ProcessRecord | undefined;
    let mayRun = true;
    while (!life.leaving) {
      let how: string;
      const bornMs = performance.now();
      try {
        // A child that runs without our knowledge is adopted before each start, so that two processes of one name never run at the same time.
        adopted = mayRun ? await adoptChild(entry, { running, owner }, log) : undefined;
        mayRun = true;
        how = await follow(adopted);
        mayRun = false;
      } catch (error) {
        how = errorText(error);
        log.error({ process: name, error: how }, 'supervision failed; it is tried again');
      }
      if (life.leaving) break;
      const decision = decideRestart(ends, adopted === undefined ? performance.now() - bornMs : Math.max(ranMs(adopted), performance.now() - bornMs));
      ends = decision.ends;
      restarts += 1;
      log.warn({ process: name, pid: view.pid, how, ends, delayMs: decision.delayMs }, 'ended; it is started again');
      spoolEvent(state, 'PROCESS_ENDED', { process: name, pid: view.pid, how, ends }, { atMs: Date.now(), actor: 'launcher' });
      set({ state: decision.state, pid: 0, restarts });
      if (decision.state === 'failed') resolveSettled();
      await sleep(decision.delayMs);
    }
  };

  const over = run().finally(() => {
    resolveStarted();
    resolveReady();
  });
  return {
    entry,
    started,
    ready,
    settled,
    view: () => view,
    leave: () => {
      life.leaving = true;
      return over;
    },
  };
}
