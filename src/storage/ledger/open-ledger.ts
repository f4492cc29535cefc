/**
 * Opens one SQLite file, checks it and migrates it to this release's schema. Only the ledger worker opens ledgers for writing. Every other process
 * uses the read model.
 * The mode is WAL with synchronous=NORMAL. A crash of the process loses nothing. A power failure may lose the changes of the last moments, but never
 * the file. Temporal then repeats the activities of those moments. So every function in `src/storage` must allow that its change is made twice.
 */
import Database from 'better-sqlite3';
import { mkdirSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { RingmasterError } from '../../domain/failure/error.ts';
import { removalTime } from '../../domain/cluster/removal-time.ts';
import { readRemovalTime } from '../read/read-removal-time.ts';
import { measure, stopwatch } from '../../telemetry/measures.ts';
import { ledgerFailure } from './ledger-failure.ts';
import { ledgerFileLimits, readLimits, type LedgerFileLimits } from '../limits.ts';
import { checkLater } from './check-later.ts';

export interface LedgerSchema {
  /** The name of the ledger in failures that people read: "work queue". */
  readonly name: string;
  /** `migrations[n]` brings a file from `user_version` n to n + 1. A released migration is never edited. New migrations are added at the end. */
  readonly migrations: readonly string[];
}

export interface OpenLedgerOptions extends Partial<LedgerFileLimits> {
  /** A large file is checked after it has been opened. This function is called when that check finds damage. */
  readonly onCorrupt?: (failure: RingmasterError) => void;
  /** The state folder of the file. A file outside of a state folder, such as a copy, has none. */
  readonly state?: string;
  /** True for a file that another connection of this process has checked. */
  readonly isChecked?: true;
}

export type Statement<Row = unknown> = Database.Statement<unknown[], Row>;

export interface Ledger {
  readonly file: string;
  /** Returns the prepared statement for this SQL text. Each text is compiled once. */
  statement: <Row = unknown>(sql: string) => Statement<Row>;
  /**
   * Runs `change` in one IMMEDIATE transaction, or in the transaction that is already open. If `change` fails, the failure uses the text `cannot`,
   * such as "claim items", to say what could not be done.
   */
  write: <T>(cannot: string, change: () => T) => T;
  read: <T>(cannot: string, question: () => T) => T;
  /**
   * Returns the removal time of the state folder at this time of the clock (`removal-time.ts`). Whatever is removed by its age is removed by this time. A
   * file without a state folder follows the clock.
   */
  removalMs: (clockMs: number) => number;
  close: () => void;
}

export function openLedger(file: string, schema: LedgerSchema, options: OpenLedgerOptions = {}): Ledger {
  const cannot = `open the ${schema.name}`;
  const limits: LedgerFileLimits = { ...ledgerFileLimits, ...options };
  let db: Database.Database | undefined;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    db = new Database(file, { timeout: limits.busyTimeoutMs });
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    db.pragma('foreign_keys = ON');
    db.pragma(`wal_autocheckpoint = ${limits.walPages}`);
    db.pragma(`cache_size = -${limits.cacheKiB}`);
    db.pragma(`max_page_count = ${limits.pagesMax}`);
    if (options.isChecked !== true) check(db, file, schema, limits.checkOnOpenBytesMax, options.onCorrupt);
    migrate(db, file, schema);
    return wrap(db, file, options.state);
  } catch (error) {
    db?.close();
    throw ledgerFailure(error, cannot, file);
  }
}

function check(
  db: Database.Database,
  file: string,
  schema: LedgerSchema,
  checkOnOpenBytesMax: number,
  onCorrupt: OpenLedgerOptions['onCorrupt'],
): void {
  if (statSync(file).size > checkOnOpenBytesMax) {
    checkLater(file, (report) => onCorrupt?.(corrupt(file, schema, report)));
    return;
  }
  const report = db.pragma(`quick_check(${readLimits.checkFaultsMax})`, { simple: true });
  if (report !== 'ok') throw corrupt(file, schema, String(report));
}

const corrupt = (file: string, schema: LedgerSchema, report: string): RingmasterError =>
  new RingmasterError('ledger.corrupt', {
    cannot: `use the ${schema.name}`,
    because: `quick_check of ${file} found damage (${report.split('\n')[0] ?? report})`,
    hint: { say: 'stopping the cluster (`ringmaster down`), then restoring the newest backup', run: 'ringmaster ledger restore' },
    fields: { file },
  });

function migrate(db: Database.Database, file: string, schema: LedgerSchema): void {
  const versionOf = (): number => Number(db.pragma('user_version', { simple: true }));
  const newest = schema.migrations.length;
  if (versionOf() > newest) {
    throw new RingmasterError('ledger.newer-schema', {
      cannot: `open the ${schema.name}`,
      because: `${file} has schema version ${versionOf()} and this release knows ${newest}`,
      hint: { say: 'the release that wrote it, or a backup that is older than the upgrade (`ringmaster ledger list`)' },
      fields: { file, version: versionOf(), known: newest },
    });
  }
  if (versionOf() === newest) return;
  // The version is read again under the lock, because another process may have migrated the file meanwhile.
  const run = db.transaction(() => {
    for (let version = versionOf(); version < newest; version += 1) {
      db.exec(schema.migrations[version] ?? '');
      db.pragma(`user_version = ${version + 1}`);
    }
  });
  run.immediate();
}

function wrap(db: Database.Database, file: string, state: string | undefined): Ledger {
  const statements = new Map<string, Statement>();
  const statement = <Row>(sql: string): Statement<Row> => {
    let found = statements.get(sql);
    if (found === undefined) statements.set(sql, (found = db.prepare(sql)));
    return found as Statement<Row>;
  };
  const name = basename(file, '.db');
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const rollback = db.prepare('ROLLBACK');
  return {
    file,
    statement,
    write: (cannot, change) => {
      if (db.inTransaction) return change();
      const seconds = stopwatch();
      try {
        begin.run();
        const result = change();
        commit.run();
        return result;
      } catch (error) {
        if (db.inTransaction) rollback.run();
        throw ledgerFailure(error, cannot, file);
      } finally {
        measure('ledger', seconds(), { ledger: name, operation: 'write' });
      }
    },
    read: (cannot, question) => {
      const seconds = stopwatch();
      try {
        return question();
      } catch (error) {
        throw ledgerFailure(error, cannot, file);
      } finally {
        measure('ledger', seconds(), { ledger: name, operation: 'read' });
      }
    },
    removalMs: (clockMs) => (state === undefined ? clockMs : removalTime(readRemovalTime(state), clockMs).atMs),
    close: () => db.close(),
  };
}
