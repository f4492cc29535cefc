/**
 * The folder of backups, `<state>/data/backups`:
 *
 *   000042-20260131T101500Z/           a backup: one file for each ledger, and manifest.json
 *   .incoming-000043-20260131T111500Z/ a backup that is being made; the next run removes it when it was not finished
 *   last-run.json                      the BackupRun of the newest run
 *   restores.ndjson                    one RestoreRecord a line
 *   lock.db                            held by the run that makes or restores a backup; SQLite frees it when the process dies
 */
import Database from 'better-sqlite3';
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { statePaths } from '../../domain/cluster/state-paths.ts';
import { RingmasterError } from '../../domain/failure/error.ts';
import type { BackupManifest, BackupRun } from '../../domain/ledger/backup.ts';
import { replaceFile } from '../../system/replace-file.ts';

const manifestName = 'manifest.json';
const backupName = /^(\d{6,})-\d{8}T\d{6}Z$/;
export const incomingName = (id: string): string => `.incoming-${id}`;
export const backupPath = (state: string, id: string): string => join(statePaths(state).backups, id);

export const backupId = (number: number, atMs: number): string =>
  `${String(number).padStart(6, '0')}-${new Date(atMs)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(/[-:]/g, '')}`;

/** Returns the whole backups, newest first. A folder without a readable manifest is not a backup. */
export function listBackups(state: string): readonly BackupManifest[] {
  return namesIn(statePaths(state).backups)
    .filter((name) => backupName.test(name))
    .flatMap((name) => readManifest(state, name) ?? [])
    .toSorted((a, b) => b.number - a.number);
}

/** Returns the number of the next backup. It is higher than the number of every folder, with and without a manifest. */
export const nextBackupNumber = (state: string): number =>
  1 + Math.max(0, ...namesIn(statePaths(state).backups).map((name) => Number(backupName.exec(name.replace(/^\.incoming-/, ''))?.[1] ?? 0)));

function readManifest(state: string, id: string): BackupManifest | undefined {
  try {
    const manifest = JSON.parse(readFileSync(join(backupPath(state, id), manifestName), 'utf8')) as BackupManifest;
    return manifest.v === 1 && Array.isArray(manifest.files) ? { ...manifest, id } : undefined;
  } catch {
    return undefined;
  }
}

export const writeManifest = (folder: string, manifest: BackupManifest): void =>
  replaceFile(join(folder, manifestName), `${JSON.stringify(manifest, null, 2)}\n`, { sync: true });

export function readLastRun(state: string): BackupRun | undefined {
  try {
    return JSON.parse(readFileSync(statePaths(state).lastBackupRun, 'utf8')) as BackupRun;
  } catch {
    return undefined;
  }
}

export function writeLastRun(state: string, run: BackupRun): void {
  replaceFile(statePaths(state).lastBackupRun, `${JSON.stringify(run)}\n`, { sync: true });
}

export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Puts the content of a file, or the names in a folder, on the disk. */
export function syncPath(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * Runs `work` while this process alone may make or restore backups. Throws `ledger.busy` when another process does that now. Work of a run that was
 * killed is removed first.
 */
export async function withBackupLock<T>(state: string, work: () => T | Promise<T>): Promise<T> {
  const { backups, backupLock } = statePaths(state);
  mkdirSync(backups, { recursive: true, mode: 0o700 });
  const lock = new Database(backupLock, { timeout: 0 });
  try {
    try {
      lock.exec('BEGIN EXCLUSIVE');
    } catch (cause) {
      throw new RingmasterError('ledger.busy', {
        cannot: `use the backups in ${dirname(backupLock)}`,
        because: 'another process makes or restores a backup now',
        hint: { say: 'waiting until it has ended; `ringmaster ledger list` shows the newest backup' },
        fields: { file: backupLock },
        cause,
      });
    }
    for (const name of namesIn(backups)) if (name.startsWith(incomingName(''))) rmSync(join(backups, name), { recursive: true, force: true });
    return await work();
  } finally {
    lock.close();
  }
}
