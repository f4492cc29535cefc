/** `<state>/run/<name>.json`: what we started, so that a later launcher can adopt it and `down` can end it without one. */
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, type ProcessIdentity } from './process-identity.ts';
import { writeAtomically } from './write-atomically.ts';

export interface ProcessRecord extends ProcessIdentity {
  readonly name: string;
  readonly argv: readonly string[];
  readonly startedAtMs: number;
  readonly restarts: number;
  /** The configuration it was started with. */
  readonly configEpoch: number;
}

export const runFolder = (state: string): string => join(state, 'run');
export const recordFile = (state: string, name: string): string => join(runFolder(state), `${name}.json`);
/** Holds the pid of the worker that is ready; the worker writes it. */
export const readyFile = (state: string, name: string): string => join(runFolder(state), `${name}.ready`);

const notRecords: ReadonlySet<string> = new Set(['cluster.json', 'launcher-state.json', 'launcher.json']);

export const writeRecord = (state: string, record: ProcessRecord): void =>
  writeAtomically(recordFile(state, record.name), JSON.stringify(record, null, 2) + '\n');

/** undefined when there is none, or when it cannot be read: then a mark finds the process (`find-marked.ts`). */
export function readRecord(state: string, name: string): ProcessRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(recordFile(state, name), 'utf8')) as ProcessRecord;
    return typeof record.pid === 'number' && typeof record.startTicks === 'number' && Array.isArray(record.argv) ? record : undefined;
  } catch {
    return undefined;
  }
}

export function removeRecord(state: string, name: string): void {
  rmSync(recordFile(state, name), { force: true });
  rmSync(readyFile(state, name), { force: true });
}

export function allRecords(state: string): readonly ProcessRecord[] {
  let files: readonly string[];
  try {
    files = readdirSync(runFolder(state));
  } catch {
    return [];
  }
  return files
    .filter((file) => file.endsWith('.json') && !notRecords.has(file))
    .flatMap((file) => readRecord(state, file.slice(0, -'.json'.length)) ?? []);
}

export const liveRecords = (state: string): readonly ProcessRecord[] => allRecords(state).filter((record) => isAlive(record));
