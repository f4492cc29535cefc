import { ledgerLimits } from '../limits.ts';
import type { Ledger } from './open-ledger.ts';

/** The limits of a history. A row that is over either limit is deleted. */
export interface Retention {
  /** The name of a table that has `seq INTEGER PRIMARY KEY` and gets new rows only at its end. */
  readonly table: string;
  /** The column with the time of a row. */
  readonly timeColumn: string;
  /** An SQL condition. Rows that do not meet it are kept. */
  readonly where?: string;
  readonly rowsMax: number;
  readonly ageMsMax: number;
}

/**
 * Deletes the oldest rows that are over a limit, at most `pruneRowsMax` rows. Call this in the transaction that adds rows. The table then shrinks
 * faster than it grows, and no transaction is long. While the oldest row is within the limits, only that row is read. Ages count to the removal time, which
 * a step of the clock does not move.
 */
export function prune(ledger: Ledger, { table, timeColumn, where = 'true', rowsMax, ageMsMax }: Retention, clockMs: number): void {
  const isOver = `(seq <= (SELECT max(seq) FROM ${table}) - ? OR ${timeColumn} < ?)`;
  const isOldestOver = (nowMs: number): boolean =>
    ledger
      .statement(`SELECT 1 FROM (SELECT seq, ${timeColumn} FROM ${table} ORDER BY seq LIMIT 1) WHERE ${isOver}`)
      .get(rowsMax, nowMs - ageMsMax) !== undefined;
  // The removal time is never ahead of the clock. It is read from a file, so it is read only when the clock finds a row that is over.
  if (!isOldestOver(clockMs)) return;
  const removalMs = ledger.removalMs(clockMs);
  if (!isOldestOver(removalMs)) return;
  const limits = [rowsMax, removalMs - ageMsMax] as const;
  ledger
    .statement(
      `DELETE FROM ${table} WHERE seq IN (SELECT seq FROM ${table} ORDER BY seq LIMIT ${ledgerLimits.pruneRowsMax}) AND ${isOver} AND ${where}`,
    )
    .run(...limits);
}
