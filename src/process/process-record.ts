/**
 * The record of a process that we started, `run/<process>.json`. A later launcher uses the record to adopt the process. `down` uses the record to end
 * the process when there is no launcher.
 */
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { statePaths } from '../domain/cluster/state-paths.ts';
import { leadToOneFolder } from '../system/one-folder.ts';
import { replaceFile } from '../system/replace-file.ts';
import { isAlive, type ProcessIdentity } from './process-identity.ts';

export interface ProcessRecord extends ProcessIdentity {
  /**
   * The state folder. A record in a copy of a state folder names the process of another cluster, so it counts for nothing there. A record of an older
   * release does not have the folder.
   */
  readonly state?: string;
  readonly name: string;
  readonly argv: readonly string[];
  readonly startedAtMs: number;
  readonly restarts: number;
  /** The epoch of the configuration with which the process was started. */
  readonly configEpoch: number;
  /** The byte of the log where the output of this start begins, or that of the first start in a row of early ends. Absent in a record of an older release. */
  readonly logFrom?: number;
  /** The digest of what the process read of the configuration at its start. Absent in a record of an older release, and for a process that reads nothing. */
  readonly configDigest?: string;
}

export const writeRecord = (state: string, record: ProcessRecord): void =>
  replaceFile(statePaths(state).processRecord(record.name), JSON.stringify(record, null, 2) + '\n');

/** Returns undefined when the record does not exist or cannot be read. The process can then still be found by its mark (`find-marked.ts`). */
export function readRecord(state: string, name: string): ProcessRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(statePaths(state).processRecord(name), 'utf8')) as ProcessRecord;
    if (record.state !== undefined && !leadToOneFolder(record.state, state)) return undefined;
    return typeof record.pid === 'number' && typeof record.startTicks === 'number' && Array.isArray(record.argv) ? record : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Removes the record of a process that has ended. A disk that allows no change keeps the record, which is harmless: it names a process that has ended,
 * and no living process has its start time.
 */
export function removeRecord(state: string, name: string): void {
  const { processRecord, ready, beat } = statePaths(state);
  for (const file of [processRecord(name), ready(name), beat(name)]) {
    try {
      rmSync(file, { force: true });
    } catch {
      // The next start replaces the file.
    }
  }
}

export function allRecords(state: string): readonly ProcessRecord[] {
  const paths = statePaths(state);
  let files: readonly string[];
  try {
    files = readdirSync(paths.run);
  } catch {
    return [];
  }
  const notRecords = [paths.runningCluster, paths.launcherState, paths.launcherIdentity].map((path) => basename(path));
  return files
    .filter((file) => file.endsWith('.json') && !notRecords.includes(file))
    .flatMap((file) => readRecord(state, file.slice(0, -'.json'.length)) ?? []);
}

export const liveRecords = (state: string): readonly ProcessRecord[] => allRecords(state).filter((record) => isAlive(record));
