/**
 * Reads one ledger from a process that does not own the file. A file that does not exist yet is treated as empty. A file that was replaced (by a
 * salvage or a restore) is opened again. Queries must be short. In WAL mode a reader never blocks the writer, but a long read keeps the write-ahead
 * log from being shortened.
 */
import Database from 'better-sqlite3';
import { statSync } from 'node:fs';
import { readLimits } from '../limits.ts';
import { ledgerFailure } from './ledger-failure.ts';
import type { Statement } from './open-ledger.ts';

export interface LedgerReader {
  all: <Row>(sql: string, ...values: readonly (string | number)[]) => readonly Row[];
  get: <Row>(sql: string, ...values: readonly (string | number)[]) => Row | undefined;
  close: () => void;
}

interface Opened {
  readonly db: Database.Database;
  readonly inode: number;
  readonly statements: Map<string, Statement>;
}

export function openLedgerReader(file: string): LedgerReader {
  let opened: Opened | undefined;
  const close = (): void => {
    opened?.db.close();
    opened = undefined;
  };
  const present = (): Opened | undefined => {
    const inode = statSync(file, { throwIfNoEntry: false })?.ino;
    if (opened?.inode !== inode) close();
    if (opened === undefined && inode !== undefined) {
      const db = new Database(file, { readonly: true, fileMustExist: true, timeout: readLimits.busyTimeoutMs });
      // `user_version` 0 means that the ledger worker has just created the file and has not migrated it yet. Until the migration the file is treated
      // as empty.
      if (db.pragma('user_version', { simple: true }) === 0) db.close();
      else opened = { db, inode, statements: new Map() };
    }
    return opened;
  };
  const query = <T>(sql: string, read: (statement: Statement) => T, empty: T): T => {
    try {
      const now = present();
      if (now === undefined) return empty;
      let statement = now.statements.get(sql);
      if (statement === undefined) now.statements.set(sql, (statement = now.db.prepare(sql)));
      return read(statement);
    } catch (error) {
      throw ledgerFailure(error, 'read a ledger', file);
    }
  };
  return {
    all: <Row>(sql: string, ...values: readonly (string | number)[]) => query(sql, (statement) => statement.all(...values) as Row[], []),
    get: <Row>(sql: string, ...values: readonly (string | number)[]) =>
      query(sql, (statement) => statement.get(...values) as Row | undefined, undefined),
    close,
  };
}
