import Database from 'better-sqlite3';
import { existsSync } from 'node:fs';
import { ledgerFailure } from '../ledger/ledger-failure.ts';
import { readLimits } from '../limits.ts';

/** Reads a ledger to learn what is needed. Throws when the ledger is missing or cannot be read, because nothing may be removed then. */
export function reading<T>(file: string, read: (db: Database.Database) => T): T {
  if (!existsSync(file)) throw new Error(`${file} is not there, so nothing is known to be unneeded`);
  try {
    const db = new Database(file, { readonly: true, fileMustExist: true, timeout: readLimits.checkBusyTimeoutMs });
    try {
      return read(db);
    } finally {
      db.close();
    }
  } catch (error) {
    throw ledgerFailure(error, 'read which files are needed', file);
  }
}
