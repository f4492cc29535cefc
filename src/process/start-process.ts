import { spawn } from 'node:child_process';
import { closeSync, rmSync } from 'node:fs';
import { given } from '../base/given.ts';
import { statePaths } from '../domain/cluster/state-paths.ts';
import { logEnd, openLog } from './log-file.ts';
import { markOf } from './find-marked.ts';
import { bootId, identify } from './process-identity.ts';
import { writeRecord, type ProcessRecord } from './process-record.ts';

export interface StartProcessRequest {
  readonly state: string;
  /** The id of the cluster. */
  readonly clusterId: string;
  readonly name: string;
  readonly argv: readonly string[];
  /** Variables that the process gets beside ours. */
  readonly variables?: Readonly<Record<string, string>> | undefined;
  readonly restarts: number;
  readonly configEpoch: number;
  readonly configDigest?: string | undefined;
  /** The byte of the log where an earlier start began that ended early. */
  readonly logFrom?: number | undefined;
}

export interface Started {
  readonly record: ProcessRecord;
  /** How the process ended, in words: "exit code 1", "SIGKILL". Only the parent of the process can know this. */
  readonly ended: Promise<string>;
  /** False when the disk refused the record. */
  readonly isRecorded: boolean;
}

/**
 * Starts a process in its own session with its output in its log, so that the process outlives us. Writes the process's record at once, so that a
 * later launcher finds the process. Rejects when the program cannot be run. A full disk does not prevent the start: the process then has no log, or
 * `isRecorded` is false and the caller writes the record later. Without a record, a later launcher finds the process by its mark.
 */
export async function startProcess(request: StartProcessRequest): Promise<Started> {
  const { state, clusterId, name, argv, variables, restarts, configEpoch, configDigest } = request;
  const [program = '', ...args] = argv;
  attempt(() => rmSync(statePaths(state).ready(name), { force: true }));
  attempt(() => rmSync(statePaths(state).beat(name), { force: true }));
  const log = attempt(() => openLog(state, name)) ?? 'ignore';
  const logFrom = Math.min(request.logFrom ?? Infinity, logEnd(state, name));
  try {
    const child = spawn(program, args, {
      detached: true,
      stdio: ['ignore', log, log],
      cwd: state,
      env: { ...process.env, ...variables, RINGMASTER_STATE: state, RINGMASTER_MARK: markOf(clusterId, name) },
    });
    const ended = new Promise<string>((resolve) => {
      child.once('exit', (code, signal) => resolve(code === null ? String(signal) : `exit code ${code}`));
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    const pid = child.pid ?? 0;
    // A process that has already ended has no start time and gets 0. No living process has start time 0, so the record counts as ended.
    const startTicks = identify(pid)?.startTicks ?? 0;
    const record: ProcessRecord = {
      name,
      state,
      pid,
      startTicks,
      bootId: bootId(),
      argv,
      startedAtMs: Date.now(),
      restarts,
      configEpoch,
      logFrom,
      ...given({ configDigest }),
    };
    const isRecorded = attempt(() => (writeRecord(state, record), true)) ?? false;
    return { record, ended, isRecorded };
  } finally {
    if (log !== 'ignore') closeSync(log);
  }
}

/** Returns undefined when the disk refuses. */
function attempt<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
