/**
 * One ledger, read only, by a process that does not own it. A file that is not there yet is an empty answer; one that was swapped (salvage,
 * restore) is opened anew. Short questions only: a reader never holds up the writer in WAL, but an old snapshot would hold up the checkpoint.
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
      // Made this moment by the ledger worker and not yet migrated: as good as not there.
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
