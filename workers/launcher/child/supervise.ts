/**
 * The life of one child of the launcher.
 *
 *   starting → running            it said that it is ready
 *   starting, running → starting  it ended; it is started again after a delay (`restart-policy.ts`)
 *   starting → failed             it ended three times in a row without a stable time between; tries go on
 *   failed → running              a try worked
 *   any → stopped                 supervision ended; ending the process itself is `stop-cluster.ts`
 *
 * A process that runs already and is the one recorded (pid, start time, boot) with the same command is adopted, not started.
 * A restart of the launcher therefore restarts nothing. Never two at once: a new one is started only when the old one is gone.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningCluster } from '../../../src/domain/cluster/cluster.ts';
import type { ProcessView } from '../../../src/domain/cluster/status.ts';
import type { Log } from '../../../src/telemetry/log.ts';
import { becomeReady } from './become-ready.ts';
import { findMarked } from '../../../src/process/find-marked.ts';
import { commandOf } from '../../../src/process/proc.ts';
import { bootId, isAlive } from '../../../src/process/process-identity.ts';
import { readRecord, writeRecord, type ProcessRecord } from '../../../src/process/process-record.ts';
import type { ProcessEntry } from './process-table.ts';
import { decideRestart } from '../../../src/process/restart-policy.ts';
import { startProcess } from '../../../src/process/start-process.ts';
import { stopProcess } from '../../../src/process/stop-process.ts';
import { errorText } from '../../../src/domain/failure/error.ts';

export interface Supervised {
  readonly entry: ProcessEntry;
  /** Settles when the process is ready for the first time, or supervision ends. */
  readonly ready: Promise<void>;
  readonly view: () => ProcessView;
  /** Starts nothing any more; resolves when no start is under way. The process itself lives on. */
  readonly leave: () => Promise<void>;
}

export interface SuperviseParts {
  readonly entry: ProcessEntry;
  readonly running: RunningCluster;
  readonly log: Log;
  readonly changed: () => void;
}

const deathPollMs = 100;

export function supervise({ entry, running, log, changed }: SuperviseParts): Supervised {
  const { state, cluster } = running.config;
  const { name } = entry;
  let view: ProcessView = { name, pid: 0, state: 'starting', restarts: 0, sinceMs: Date.now() };
  const life = { leaving: false };
  let sayReady = (): void => {};
  const ready = new Promise<void>((resolve) => (sayReady = resolve));
  const set = (part: Partial<ProcessView>): void => {
    const sinceMs = part.state !== undefined && part.state !== view.state ? Date.now() : view.sinceMs;
    view = { ...view, ...part, sinceMs };
    changed();
  };

  const adopt = async (): Promise<ProcessRecord | undefined> => {
    const record = liveRecord(state, cluster, entry);
    if (record === undefined) return undefined;
    const same = record.argv.join('\0') === entry.argv.join('\0') && (!entry.restartsOnConfig || record.configEpoch === running.configEpoch);
    if (same) {
      log.info({ process: name, adopted: record.pid }, 'adopted a running process');
      return record;
    }
    log.info({ process: name, ended: record.pid }, 'ends a process of an older configuration');
    await stopProcess(record, entry.stopGraceMs);
    return undefined;
  };

  const run = async (): Promise<void> => {
    let ends = 0;
    let restarts = readRecord(state, name)?.restarts ?? 0;
    let record = await adopt();
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
        const current: ProcessRecord = record;
        set({ pid: current.pid, restarts, ...(view.state === 'failed' ? {} : { state: 'starting' }) });
        const gone = (): boolean => life.leaving || !isAlive(current);
        if (await becomeReady(entry, current, running, gone, log)) {
          set({ state: 'running' });
          sayReady();
        }
        while (!gone()) await sleep(deathPollMs);
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
    .finally(() => sayReady());
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

/** The recorded process if it lives; else one with our mark, which an earlier launcher started and had no time to record. */
function liveRecord(state: string, cluster: string, entry: ProcessEntry): ProcessRecord | undefined {
  const record = readRecord(state, entry.name);
  if (record !== undefined && isAlive(record)) return record;
  const found = findMarked(state, cluster, entry.name).find(({ leads }) => leads);
  if (found === undefined) return undefined;
  const made: ProcessRecord = {
    name: entry.name,
    pid: found.pid,
    startTicks: found.startTicks,
    bootId: bootId(),
    argv: commandOf(found.pid),
    startedAtMs: Date.now(),
    restarts: record?.restarts ?? 0,
    configEpoch: record?.configEpoch ?? 0,
  };
  writeRecord(state, made);
  return made;
}
