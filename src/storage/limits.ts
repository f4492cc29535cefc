/** Limits and times of the storage. Each name contains its unit, and each comment gives the reason. */

/** Limits of one SQLite file that is open for writing. */
export interface LedgerFileLimits {
  readonly busyTimeoutMs: number;
  readonly checkOnOpenBytesMax: number;
  readonly pagesMax: number;
  readonly walPages: number;
  readonly cacheKiB: number;
}

/** The limits of every ledger. A row of the registry may name others. */
export const ledgerFileLimits: LedgerFileLimits = {
  /** A writer waits this long for another writer. Only the ledger worker writes, so a longer wait means that a person has the file open in a shell. */
  busyTimeoutMs: 2_000,
  /** A file up to this size is checked when it is opened (about 0.3 s). A thread checks a larger file while the ledger is in use. */
  checkOnOpenBytesMax: 64 * 1024 * 1024,
  /** A file has at most this many pages of 4 KiB: 32 GiB. A change that needs more fails as `ledger.disk-full`. */
  pagesMax: 8 * 1024 * 1024,
  /**
   * SQLite moves the write-ahead log into the file when the log has this many pages (16 MiB). Only this move needs an fsync, so a longer log means
   * fewer of them.
   */
  walPages: 4_000,
  /** The size of the page cache of one open file. A cache of this size holds the indexes of about 100,000 items. */
  cacheKiB: 32 * 1024,
};

const dayMs = 24 * 3_600_000;

/** Limits of what the ledgers hold. */
export const ledgerLimits = {
  /** The queue has at most this many pending items, and refuses more as `queue.full`. This is ten times the longest queue that was tried. */
  pendingItemsMax: 1_000_000,
  /** The largest JSON of one item. Up to 50 items travel in one Temporal payload, which may have 2 MB and warns at 256 KiB. */
  specBytesMax: 16 * 1024,
  /** The most changes that share one transaction. They take about 2 ms, so a claim never waits long behind them. */
  batchMax: 32,
  /** The most folders of closed jobs in one reply. One command on the node removes them. */
  foldersMax: 100,
  /** The folder of a failed try stays on its node this long, for people to read. */
  failedFolderMs: 7 * dayMs,
  /** The longest line of a games file. Each line is one game, and the ledger stores the whole line. */
  gameBytesMax: 256 * 1024,
  /** The largest games file. The whole file is read into one string, and V8 has no string above 512 Mi characters. */
  gamesFileBytesMax: 256 * 1024 * 1024,
  /** The most set-aside files that the read model shows for a pipeline. The newest are enough to find the cause. */
  setAsideShownMax: 10,
  /** The most pending items of each shape (slots and labels) that a match reads. One reply holds 50 items at most; 10 more are read for items that avoid a node. */
  candidatesPerShapeMax: 60,
  /**
   * The ledger keeps at most this many wishes for nodes that the cluster file no longer names, and deletes the oldest first. A cluster has fewer
   * nodes than this.
   */
  absentNodesMax: 1_000,
  /** The most transitions of nodes. A node that appears and disappears every minute makes about 6,000 a day. 200,000 rows take about 40 MB. */
  nodeChangesMax: 200_000,
  /** The greatest age of a transition. Incidents are investigated for up to a quarter of a year. */
  nodeChangesMsMax: 90 * dayMs,
  /** The longest line of evidence. The sentence of a failure with its causes fits. */
  evidenceCharsMax: 1_000,
  /** The most stages of turns. A turn has about ten, so this is 20,000 turns, about 40 MB. */
  stagesMax: 200_000,
  /** The greatest age of a stage. Durations are compared over a year. */
  stagesMsMax: 365 * dayMs,
  /** The most summaries of closed tries. They have about 400 bytes each: 2 GB of the 32 GB that the file may have. */
  closedJobsMax: 5_000_000,
  /** The greatest age of a summary. Transitions of nodes have the same limit, so that both histories cover the same time. */
  closedJobsMsMax: 90 * dayMs,
  /** The number of summaries that are added between two deletions of old ones, so that a close seldom pays for it. A deletion may remove more than this. */
  closedJobsPruneEvery: 50,
  /** The most rows deleted in one transaction. It is more than a transaction adds, and takes under 1 ms. */
  pruneRowsMax: 200,
  /** The most rows in one reply of the read model. */
  listRowsMax: 1_000,
  /** The number of candidates that a match reads in addition to the number of free slots. Some candidates may have to avoid the free node. */
  candidatesSpare: 8,
  /** The most items of each shape that a refusal names. They are examples. */
  shapeItemsShownMax: 3,
  /** The most faults of items that a refusal names. */
  faultsShownMax: 5,
  /** Games in one page of an export. A page is in memory at once: with the longest lines 128 MiB, usually 1 MiB. */
  gamesPageRows: 500,
} as const;

/** Limits and times of reading and checking ledgers. */
export const readLimits = {
  /** A reader waits at most this long for a lock, so that a status stays fast. In WAL mode a reader seldom meets a lock. */
  busyTimeoutMs: 250,
  /** The number of rows of a list whose caller gives no limit. */
  listRowsDefault: 50,
  /** The number of newest closed jobs and syncs that the status shows, and of transitions that a node shows. A person reads the newest ones. */
  recentRowsMax: 20,
  /** The most open jobs that the status shows. A person cannot read more on one page. */
  openJobsShownMax: 200,
  /** The status shows at most this many models, the newest first. The newest matter most. */
  modelsShownMax: 50,
  /** A reader gets at most this many stages of one turn. A turn has about ten stages, or more when games were played again or the turn ran again. */
  stagesShownMax: 100,
  /** `quick_check` waits at most this long for a lock. The check runs in a thread, so no other work waits for it. */
  checkBusyTimeoutMs: 5_000,
  /** The most faults that `quick_check` reports. Only the first is shown, so the check can stop early. */
  checkFaultsMax: 3,
  /** The result of a check is returned again while it is younger than this, because a check reads the whole file. */
  checkFreshMs: 10_000,
  /** `doctor` waits this long for the checks. The files are small for weeks, and checking them takes less than this. */
  checkWaitMs: 2_000,
} as const;
