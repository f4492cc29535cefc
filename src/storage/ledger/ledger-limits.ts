/** Limits of one SQLite file that is open for writing. */
export interface LedgerFileLimits {
  readonly busyTimeoutMs: number;
  readonly checkOnOpenBytesMax: number;
  readonly pagesMax: number;
  readonly walPages: number;
  readonly cacheKiB: number;
}

/** The limits that all ledgers have today. A row of the registry may name others. */
export const ledgerFileLimits: LedgerFileLimits = {
  /** A writer waits this long for another writer. Only the ledger worker writes, so a longer wait means that a person has the file open in a shell. */
  busyTimeoutMs: 2_000,
  /** A file up to this size is checked when it is opened (about 0.3 s). A thread checks a greater file while work goes on. */
  checkOnOpenBytesMax: 64 * 1024 * 1024,
  /** Pages of 4 KiB that a file may have: 32 GiB. A change beyond that fails as `ledger.disk-full`. */
  pagesMax: 8 * 1024 * 1024,
  /** Pages in the write-ahead log before SQLite moves them into the file (16 MiB). The move is the only fsync, so a longer log means fewer of them. */
  walPages: 4_000,
  /** Page cache of one open file. It holds the indexes of about 100,000 items. */
  cacheKiB: 32 * 1024,
};

const dayMs = 24 * 3_600_000;

/** Limits of what the ledgers hold, with units in their names and the reason beside them. */
export const ledgerLimits = {
  /** Pending items at a time; more is `queue.full`. Ten times the greatest queue that was tried. */
  pendingItemsMax: 1_000_000,
  /** JSON of one item. Up to 50 items travel in one Temporal payload, which may have 2 MB and warns at 256 KiB. */
  specBytesMax: 16 * 1024,
  /** Changes that share one transaction. They take about 2 ms, so a claim never waits long behind them. */
  batchMax: 32,
  /** Folders of closed jobs in one reply: one command on the node removes them. */
  foldersMax: 100,
  /** The folder of a failed try stays on its node this long, for people to read. */
  failedFolderMs: 7 * dayMs,
  /** One line (one game) of a games file. */
  gameBytesMax: 256 * 1024,
  /** A games file. It is read whole, and V8 has no string above 512 Mi characters. */
  gamesFileBytesMax: 256 * 1024 * 1024,
  /** Set-aside files that the read model shows for a pipeline. */
  setAsideShownMax: 10,
  /** Pending items read for each shape (slots and labels) in one match: as many as one reply can hold, and some more that must avoid a node. */
  candidatesPerShapeMax: 60,
  /** Wishes kept for nodes that the cluster file no longer names: more than a cluster has nodes. The oldest go first. */
  absentNodesMax: 1_000,
  /** Transitions of nodes. A node that comes and goes every minute makes 6,000 a day; 200,000 rows are about 40 MB. */
  nodeChangesMax: 200_000,
  /** An incident is looked into for a quarter of a year. */
  nodeChangesMsMax: 90 * dayMs,
  /** One line of evidence. A failure's sentence with its causes fits. */
  evidenceCharsMax: 1_000,
  /** Stages of turns. A turn has about ten, so this is 20,000 turns, about 40 MB. */
  stagesMax: 200_000,
  /** Durations are compared over a year. */
  stagesMsMax: 365 * dayMs,
  /** Summaries of closed tries, about 400 bytes each: 2 GB of the 32 that the file may have. */
  closedJobsMax: 5_000_000,
  /** As long as the transitions of the nodes that ran them. */
  closedJobsMsMax: 90 * dayMs,
  /** Summaries between two looks for old ones, so that a close does not pay for the look. Fewer than one look deletes. */
  closedJobsPruneEvery: 50,
  /** Rows deleted in one transaction: more than it adds, and under a millisecond of work. */
  pruneRowsMax: 200,
  /** Rows in one reply of the read model. */
  listRowsMax: 1_000,
} as const;
