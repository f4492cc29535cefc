import type { BackupConfig, BackupManifest, BackupRun } from './backup.ts';

/** One ledger with its newest copy. */
export interface LedgerView {
  /** The ledger's key in the registry. `ledger restore` takes it. */
  readonly ledger: string;
  readonly name: string;
  readonly file: string;
  /** The size of the file and of its write-ahead log. 0 when the ledger does not exist yet. */
  readonly bytes: number;
  /** The number of backups that contain the ledger. */
  readonly backups: number;
  readonly newest?: { readonly id: string; readonly atMs: number; readonly bytes: number };
}

/** All ledgers, the backups, and the end of the newest run. */
export interface LedgersView {
  readonly v: 1;
  readonly readAtMs: number;
  readonly ledgers: readonly LedgerView[];
  readonly folder: string;
  readonly config: BackupConfig;
  readonly backups: readonly BackupManifest[];
  readonly lastRun?: BackupRun;
  /** True while a restore has replaced only some of its ledgers. Nothing opens the ledgers until the restore was repeated. */
  readonly restoring: boolean;
}

/** A line of `ledger check`: a ledger, or a copy of one. */
export interface LedgerFileCheck {
  readonly ledger: string;
  readonly file: string;
  /** The backup that contains the file. Absent for a ledger itself. */
  readonly backup?: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** The result of a restore. */
export interface RestoreReport {
  readonly v: 1;
  readonly atMs: number;
  readonly backup: string;
  readonly backupAtMs: number;
  readonly ledgers: readonly string[];
  /** The folder with the files that were replaced. */
  readonly replaced: string;
  /** The epoch above which every item of the queue starts. Present when the queue was restored. */
  readonly epochFloor?: number;
  readonly warnings: readonly string[];
}
