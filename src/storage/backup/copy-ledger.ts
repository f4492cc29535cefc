import Database from 'better-sqlite3';
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { RingmasterError } from '../../domain/failure/error.ts';
import type { BackupFile } from '../../domain/ledger/backup.ts';
import { ledgerFailure } from '../ledger/ledger-failure.ts';
import { backupLimits, readLimits } from '../limits.ts';
import { syncPath } from './backup-folder.ts';

type Copied = Pick<BackupFile, 'bytes' | 'sha256' | 'schema' | 'rows'>;

/**
 * Copies an SQLite file that may be in use, and returns the facts of the copy. The copy is the file as it was at one moment: one read transaction
 * holds that moment, and in WAL mode no writer waits for a reader. The copy is verified and on the disk when this function returns.
 */
export async function copyLedger(file: string, copy: string): Promise<Copied> {
  try {
    const source = new Database(file, { readonly: true, fileMustExist: true, timeout: readLimits.checkBusyTimeoutMs });
    let rows: BackupFile['rows'];
    try {
      source.exec('BEGIN');
      rows = rowsOf(source);
      await source.backup(copy, { progress: () => backupLimits.pagesPerStep });
      source.exec('COMMIT');
    } finally {
      source.close();
    }
    const made = new Database(copy);
    try {
      // A file in WAL mode cannot be read without further files beside it. The ledger worker sets WAL again when it opens the file.
      made.pragma('journal_mode = DELETE');
    } finally {
      made.close();
    }
    syncPath(copy);
    const found = inspectCopy(copy);
    if (JSON.stringify(found.rows) !== JSON.stringify(rows)) throw damaged(file, 'the copy has other numbers of rows than the ledger');
    return found;
  } catch (error) {
    throw ledgerFailure(error, `back up ${file}`, file);
  }
}

/** Reads all of a copy. Throws `ledger.corrupt` when SQLite finds damage. */
export function inspectCopy(copy: string): Copied {
  const db = new Database(copy, { readonly: true, fileMustExist: true });
  try {
    const report = db.pragma(`quick_check(${readLimits.checkFaultsMax})`, { simple: true });
    if (report !== 'ok') throw damaged(copy, `quick_check found damage (${String(report).split('\n')[0]})`);
    return {
      bytes: statSync(copy).size,
      sha256: sha256Of(copy),
      schema: Number(db.pragma('user_version', { simple: true })),
      rows: rowsOf(db),
    };
  } catch (error) {
    throw ledgerFailure(error, `read ${copy}`, copy);
  } finally {
    db.close();
  }
}

function rowsOf(db: Database.Database): BackupFile['rows'] {
  const tables = db.prepare<[], { name: string }>(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`);
  return Object.fromEntries(
    tables.all().map(({ name }) => [name, db.prepare<[], { n: number }>(`SELECT count(*) AS n FROM "${name}"`).get()?.n ?? 0]),
  );
}

function sha256Of(file: string): string {
  const hash = createHash('sha256');
  const buffer = Buffer.alloc(backupLimits.readBytes);
  const handle = openSync(file, 'r');
  try {
    for (let read = readSync(handle, buffer); read > 0; read = readSync(handle, buffer)) hash.update(buffer.subarray(0, read));
  } finally {
    closeSync(handle);
  }
  return hash.digest('hex');
}

const damaged = (file: string, because: string): RingmasterError =>
  new RingmasterError('ledger.corrupt', {
    cannot: `use ${file}`,
    because,
    hint: { say: 'an older backup', run: 'ringmaster ledger check --backups' },
    fields: { file },
  });
