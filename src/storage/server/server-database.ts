/**
 * The database of the own Temporal server, as a file. The server makes its tables when it makes the file, and then its namespaces. A server that was killed
 * in between left a file with which no later server starts.
 */
import Database from 'better-sqlite3';
import { rmSync, statSync } from 'node:fs';

/** The ends of the names of the database's files. */
const ends = ['', '-wal', '-shm', '-journal'];

/** The errors of SQLite that are about the content of the file. The advice about a damaged database costs its histories. */
const damageCodes = ['SQLITE_CORRUPT', 'SQLITE_NOTADB'];

/**
 * - absent      there is no file.
 * - unused      the file has no namespace, so no server was ever ready on it. Nothing is lost with it.
 * - used        a server was ready on it, or nothing can be said of its content now: another process has it, the disk is full, or it may not be read.
 * - unreadable  its content is no database, or is damaged.
 */
export type ServerDatabase = { readonly type: 'absent' | 'unused' | 'used' } | { readonly type: 'unreadable'; readonly because: string };

/** Looks at the database of a server that does not run. */
export function lookAtServerDatabase(file: string): ServerDatabase {
  if (statSync(file, { throwIfNoEntry: false }) === undefined) return { type: 'absent' };
  let db: Database.Database | undefined;
  try {
    db = new Database(file, { readonly: true, fileMustExist: true });
    const hasTable = db.prepare(`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'namespaces'`).get() !== undefined;
    return { type: hasTable && db.prepare('SELECT 1 FROM namespaces LIMIT 1').get() !== undefined ? 'used' : 'unused' };
  } catch (error) {
    const { code, message } = error as { readonly code?: string; readonly message: string };
    return damageCodes.some((one) => code?.startsWith(one)) ? { type: 'unreadable', because: message } : { type: 'used' };
  } finally {
    db?.close();
  }
}

/** Removes the database if no server was ever ready on it. Returns true when it removed it. */
export function removeUnusedDatabase(file: string): boolean {
  if (lookAtServerDatabase(file).type !== 'unused') return false;
  for (const end of ends) rmSync(`${file}${end}`, { force: true });
  return true;
}
