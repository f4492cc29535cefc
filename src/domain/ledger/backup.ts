/** A backup is a folder with one verified copy of each ledger, all made within one run. Ledgers that are restored together come from one backup. */
export interface BackupManifest {
  readonly v: 1;
  /** The name of the backup's folder: its number and its time. */
  readonly id: string;
  /** Backups are ordered by this number, because the clock of the machine may have been set back between two backups. */
  readonly number: number;
  readonly atMs: number;
  readonly files: readonly BackupFile[];
}

/** The copy of one ledger. */
export interface BackupFile {
  /** The ledger's key in the registry. */
  readonly ledger: string;
  /** The name of the file in the backup's folder. */
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  /** SQLite's `user_version`: the number of migrations that the file has had. */
  readonly schema: number;
  readonly rows: Readonly<Record<string, number>>;
}

/** The end of the newest run. A run that failed changes no older backup. */
export type BackupRun =
  | { readonly v: 1; readonly atMs: number; readonly type: 'made'; readonly id: string; readonly tookMs: number }
  | { readonly v: 1; readonly atMs: number; readonly type: 'failed'; readonly because: string };

export interface BackupConfig {
  /** Absent when the cluster file says `none`. */
  readonly everyMs?: number;
  readonly keep: number;
}

/** Hourly, because an hour of results can be computed again. A day of backups is kept, so that a mistake noticed in the morning can be undone. */
export const backupDefaults = { everyMs: 3_600_000, keep: 24 } as const;

/** Returns the settings of a running cluster. A cluster.json of an older release has none. */
export const backupsOf = ({ backups }: { readonly backups?: BackupConfig }): BackupConfig => backups ?? backupDefaults;

/**
 * Returns how long the ledger worker waits for its next backup. A backup that bears a time of the future was made before the clock was set back, and
 * counts as old. After a failed run the next one waits `retryMs`, or the usual time when that is shorter.
 */
export function nextBackupInMs(
  {
    newestAtMs,
    failedAtMs,
    everyMs,
    retryMs,
    ownAgeMs,
  }: {
    readonly newestAtMs?: number;
    readonly failedAtMs?: number;
    readonly everyMs: number;
    readonly retryMs: number;
    /** The time since the caller itself made a copy, by a clock that does not step. */
    readonly ownAgeMs?: number;
  },
  nowMs: number,
): number {
  const ageOf = (atMs: number): number => (atMs > nowMs ? Number.POSITIVE_INFINITY : nowMs - atMs);
  // After the clock was set back, a copy from the future stays the newest, and no new copy would seem recent.
  const ownDue = ownAgeMs === undefined ? 0 : everyMs - ownAgeMs;
  const due = Math.max(ownDue, newestAtMs === undefined ? 0 : Math.max(0, everyMs - ageOf(newestAtMs)));
  if (failedAtMs === undefined || (newestAtMs !== undefined && newestAtMs >= failedAtMs)) return due;
  return Math.max(due, Math.min(retryMs, everyMs) - ageOf(failedAtMs));
}
