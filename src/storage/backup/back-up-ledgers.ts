import { existsSync, mkdirSync, renameSync, rmSync, statfsSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { clusterKey } from '../../domain/cluster/cluster-key.ts';
import { statePaths } from '../../domain/cluster/state-paths.ts';
import { errorText, RingmasterError } from '../../domain/failure/error.ts';
import type { BackupFile, BackupManifest } from '../../domain/ledger/backup.ts';
import { spoolEvent } from '../event/event-spool.ts';
import { ledgerPaths } from '../ledger/ledger-paths.ts';
import { earlyLedgers, type LedgerKey, ledgerRegistry } from '../ledger/registry.ts';
import { backupLimits } from '../limits.ts';
import {
  backupId,
  backupPath,
  incomingName,
  listBackups,
  nextBackupNumber,
  syncPath,
  withBackupLock,
  writeLastRun,
  writeManifest,
} from './backup-folder.ts';
import { copyLedger } from './copy-ledger.ts';
import { logOf } from '../../telemetry/log.ts';

/** The files that SQLite has beside a copy while it is made. */
const ledgerSuffixes = ['', '-journal', '-wal', '-shm'] as const;

export interface BackupOptions {
  readonly state: string;
  readonly keep: number;
  /** True for a backup that an operator makes: it has every ledger. */
  readonly isWhole?: boolean;
  readonly now?: () => number;
  /** Returns the free bytes of the disk that holds the folder. */
  readonly freeBytes?: (folder: string) => number;
}

/**
 * Copies every ledger that is due into a new backup, verifies the copies, and then removes the backups beyond the newest `keep`. The backup appears whole, under
 * its name, or not at all. A run that fails removes nothing, so that the good backups outlive a ledger that is damaged. A damaged ledger that the
 * ledger worker can work without is left out, and its newest copy stays. The end of the run is recorded for `ledger list` and `doctor`.
 */
export async function backUpLedgers(options: BackupOptions): Promise<BackupManifest> {
  const { state, keep, now = Date.now } = options;
  const beganAtMs = now();
  return withBackupLock(state, async () => {
    try {
      const made = await makeBackup(options, beganAtMs);
      for (const id of excess(state, keep, made)) rmSync(backupPath(state, id), { recursive: true, force: true });
      const atMs = now();
      writeLastRun(state, { v: 1, atMs: beganAtMs, type: 'made', id: made.id, tookMs: atMs - beganAtMs });
      publishMade(state, made, beganAtMs, atMs);
      return made;
    } catch (error) {
      recordFailure(state, beganAtMs, error);
      spoolEvent(state, 'BACKUP_FAILED', { because: errorText(error) }, { atMs: now(), actor: 'backup' });
      throw error;
    }
  });
}

async function makeBackup({ state, isWhole = false, freeBytes = freeBytesOf }: BackupOptions, atMs: number): Promise<BackupManifest> {
  const { backups } = statePaths(state);
  const made = listBackups(state);
  const files = Object.entries(ledgerPaths(state)).filter(
    ([ledger, file]) => existsSync(file) && (isWhole || isDue(ledger as LedgerKey, made, atMs)),
  );
  requireRoom(
    backups,
    files.map(([, file]) => file),
    freeBytes,
  );
  const number = nextBackupNumber(state);
  const id = backupId(number, atMs);
  const incoming = join(backups, incomingName(id));
  mkdirSync(incoming, { mode: 0o700 });
  try {
    const copied: BackupFile[] = [];
    for (const [ledger, file] of files) {
      const copy = join(incoming, basename(file));
      try {
        copied.push({ ledger, file: basename(file), ...(await copyLedger(file, copy)) });
      } catch (error) {
        if (earlyLedgers.some((key) => key === ledger)) throw error;
        logOf('backup').error(`the backup has no copy of ledger ${ledger}: ${errorText(error)}`);
        for (const suffix of ledgerSuffixes) rmSync(`${copy}${suffix}`, { force: true });
      }
    }
    const manifest: BackupManifest = { v: 1, id, number, atMs, files: copied };
    writeManifest(incoming, manifest);
    syncPath(incoming);
    renameSync(incoming, backupPath(state, id));
    syncPath(backups);
    return manifest;
  } catch (error) {
    rmSync(incoming, { recursive: true, force: true });
    throw error;
  }
}

/** Returns whether the ledger belongs into the backup that is made now. A copy with a time of the future was made before the clock was set back. */
function isDue(ledger: LedgerKey, made: readonly BackupManifest[], nowMs: number): boolean {
  const row = ledgerRegistry[ledger];
  if (!('copiedEveryMs' in row)) return true;
  const newest = made.find(({ files }) => files.some((file) => file.ledger === ledger));
  return newest === undefined || newest.atMs > nowMs || nowMs - newest.atMs >= row.copiedEveryMs;
}

/** Returns the backups that go: those beyond the newest `keep`, except the newest copy of each ledger that the backup just made has no copy of. */
function excess(state: string, keep: number, made: BackupManifest): readonly string[] {
  const all = listBackups(state);
  const has = (backup: BackupManifest, ledger: string): boolean => backup.files.some((file) => file.ledger === ledger);
  const absent = Object.keys(ledgerPaths(state)).filter((ledger) => !has(made, ledger));
  const kept = new Set(absent.map((ledger) => all.find((backup) => has(backup, ledger))?.id));
  return all.slice(Math.max(1, keep)).flatMap(({ id }) => (kept.has(id) ? [] : [id]));
}

function publishMade(state: string, { id: backup, files }: BackupManifest, beganAtMs: number, atMs: number): void {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const ledgers = files.map(({ ledger }) => ledger);
  spoolEvent(state, 'BACKUP_COMPLETED', { backup, ledgers, bytes, tookMs: atMs - beganAtMs }, { atMs, actor: 'backup' });
}

/** Refuses a backup that would leave the disk with less than `freeBytesKept`: a full disk stops the ledgers themselves. */
function requireRoom(folder: string, files: readonly string[], freeBytes: (folder: string) => number): void {
  const needed = files.reduce((sum, file) => sum + sizeOf(file) + sizeOf(`${file}-wal`), 0);
  const free = freeBytes(folder);
  if (free >= needed + backupLimits.freeBytesKept) return;
  throw new RingmasterError('ledger.disk-full', {
    cannot: 'back up the ledgers',
    because: `the copies need ${needed} bytes, ${free} are free, and ${backupLimits.freeBytesKept} are left free for the ledgers`,
    hint: { say: `freeing space on the disk of the state folder, or keeping fewer backups (${clusterKey('backups.keep')} in the cluster file)` },
    fields: { folder, needed, free },
  });
}

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

function freeBytesOf(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

function recordFailure(state: string, atMs: number, error: unknown): void {
  try {
    writeLastRun(state, { v: 1, atMs, type: 'failed', because: errorText(error) });
  } catch {
    // The disk is full. `doctor` still sees the age of the newest backup.
  }
}
