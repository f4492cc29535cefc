/** Limits of the ledgers, with units in their names and the reason beside them. */
export const ledgerLimits = {
  /** A writer waits so long for another one. Only the ledger worker writes, so more than this is a person with a shell in the file. */
  busyTimeoutMs: 2_000,
  /** Files up to this size are checked on open (~0.3 s); greater ones by a thread, while work goes on. */
  checkOnOpenBytesMax: 64 * 1024 * 1024,
  /** Pages of 4 KiB a file may have: 32 GiB. Reaching it is `ledger.disk-full`. */
  pagesMax: 8 * 1024 * 1024,
  /** Items waiting at a time; more is `queue.full`. Ten times the greatest queue we have tried. */
  pendingItemsMax: 1_000_000,
  /** JSON of one item: it travels in Temporal payloads (2 MB at most, 256 KiB warned about), up to 100 of them in one answer. */
  specBytesMax: 16 * 1024,
  /** Changes that share one transaction: about 3 ms, so that a claim never waits long behind them. */
  batchMax: 64,
  /** A line of a games file. */
  gameBytesMax: 256 * 1024,
  /** Pending items looked at for each shape (slots and labels) in one match: what one answer can hold. */
  candidatesPerShapeMax: 100,
  /** Rows that one question of the read model answers at most. */
  listRowsMax: 1_000,
} as const;
