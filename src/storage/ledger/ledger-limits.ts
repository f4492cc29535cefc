/** Limits of the ledgers, with units in their names and the reason beside them. */
export const ledgerLimits = {
  /** A writer waits so long for another one. Only the ledger worker writes, so more than this is a person with a shell in the file. */
  busyTimeoutMs: 2_000,
  /** Files up to this size are checked on open (~0.3 s); greater ones by a thread, while work goes on. */
  checkOnOpenBytesMax: 64 * 1024 * 1024,
  /** Pages of 4 KiB a file may have: 32 GiB. Reaching it is `ledger.disk-full`. */
  pagesMax: 8 * 1024 * 1024,
  /** Pages in the write-ahead log before they are moved into the file (16 MiB). Moving them is the only fsync there is: fewer, and of pages written often. */
  walPages: 4_000,
  /** Page cache of one open ledger: the indexes of some 100,000 items. */
  cacheKiB: 32 * 1024,
  /** Items waiting at a time; more is `queue.full`. Ten times the greatest queue we have tried. */
  pendingItemsMax: 1_000_000,
  /** JSON of one item: it travels in Temporal payloads (2 MB at most, 256 KiB warned about), up to 50 of them in one answer. */
  specBytesMax: 16 * 1024,
  /** Changes that share one transaction: about 2 ms, so that a claim never waits long behind them. */
  batchMax: 32,
  /** Folders of closed jobs told at a time: one command on the node removes them. */
  foldersMax: 100,
  /** So long the folder of a failed try stays on its node. */
  failedFolderMs: 7 * 24 * 3_600_000,
  /** A line of a games file. */
  gameBytesMax: 256 * 1024,
  /** A games file: it is read whole, and V8 has no string above 512 Mi characters. */
  gamesFileBytesMax: 256 * 1024 * 1024,
  /** Files set aside that the read model shows of a pipeline. */
  setAsideShownMax: 10,
  /** Pending items looked at for each shape (slots and labels) in one match: what one answer can hold, and some that have a node to avoid. */
  candidatesPerShapeMax: 60,
  /** Rows that one question of the read model answers at most. */
  listRowsMax: 1_000,
} as const;
