/**
 * Reads one ledger from a process that does not own it. A file that does not exist yet reads as empty. A file that was swapped (salvage, restore)
 * is opened anew. Queries must be short: in WAL a reader never blocks the writer, but an old snapshot blocks the checkpoint.
 */
import Database from 'better-sqlite3';
import { statSync } from 'node:fs';
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

/** A reader waits at most this long for a lock, so that a status stays fast. Locks are rare in WAL. */
const busyTimeoutMs = 250;

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
      const db = new Database(file, { readonly: true, fileMustExist: true, timeout: busyTimeoutMs });
      // The ledger worker has just created the file and not yet migrated it, so it reads as empty.
      if (db.pragma('user_version', { simple: true }) === 0) db.close();
      else opened = { db, inode, statements: new Map() };
    }
    return opened;
  };
  const ask = <T>(sql: string, question: (statement: Statement) => T, empty: T): T => {
    try {
      const now = present();
      if (now === undefined) return empty;
      let statement = now.statements.get(sql);
      if (statement === undefined) now.statements.set(sql, (statement = now.db.prepare(sql)));
      return question(statement);
    } catch (error) {
      throw ledgerFailure(error, 'read a ledger', file);
    }
  };
  return {
    all: <Row>(sql: string, ...values: readonly (string | number)[]) => ask(sql, (statement) => statement.all(...values) as Row[], []),
    get: <Row>(sql: string, ...values: readonly (string | number)[]) =>
      ask(sql, (statement) => statement.get(...values) as Row | undefined, undefined),
    close,
  };
}
