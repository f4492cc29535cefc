/**
 * One SQLite file: opened, checked, brought to this release's schema. Only the ledger worker opens ledgers for writing; everybody else
 * uses the read model. WAL with synchronous=NORMAL: a crash of the process loses nothing, a power failure may lose the last moments
 * but never the file; whoever was told "done" in those moments is asked again by Temporal, and every change here can be asked twice.
 */
import Database from 'better-sqlite3';
import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { RingmasterError } from '../../domain/failure/failure.ts';
import { ledgerFailure } from './ledger-failure.ts';
import { ledgerLimits } from './ledger-limits.ts';
import { checkLater } from './check-later.ts';

export interface LedgerSchema {
  /** What people call it: "work queue". */
  readonly name: string;
  /** `migrations[n]` brings `user_version` n to n + 1. Never edited after a release, only added to. */
  readonly migrations: readonly string[];
}

export interface OpenLedgerOptions {
  readonly busyTimeoutMs?: number;
  readonly pagesMax?: number;
  readonly checkOnOpenBytesMax?: number;
  /** Told when the later check of a big file finds damage. */
  readonly onCorrupt?: (failure: RingmasterError) => void;
}

export type Statement<Row = unknown> = Database.Statement<unknown[], Row>;

export interface Ledger {
  readonly file: string;
  /** Compiled once for each text. */
  statement: <Row = unknown>(sql: string) => Statement<Row>;
  /** One transaction, taken at once (IMMEDIATE). Inside another one it simply joins. `cannot` says what was meant: "claim items". */
  write: <T>(cannot: string, change: () => T) => T;
  read: <T>(cannot: string, question: () => T) => T;
  close: () => void;
}

export function openLedger(file: string, schema: LedgerSchema, options: OpenLedgerOptions = {}): Ledger {
  const cannot = `open the ${schema.name}`;
  let db: Database.Database | undefined;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    db = new Database(file, { timeout: options.busyTimeoutMs ?? ledgerLimits.busyTimeoutMs });
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    db.pragma('foreign_keys = ON');
    db.pragma(`wal_autocheckpoint = ${ledgerLimits.walPages}`);
    db.pragma(`cache_size = -${ledgerLimits.cacheKiB}`);
    db.pragma(`max_page_count = ${options.pagesMax ?? ledgerLimits.pagesMax}`);
    check(db, file, schema, options);
    migrate(db, file, schema);
    return wrap(db, file);
  } catch (error) {
    db?.close();
    throw ledgerFailure(error, cannot, file);
  }
}

function check(db: Database.Database, file: string, schema: LedgerSchema, options: OpenLedgerOptions): void {
  if (statSync(file).size > (options.checkOnOpenBytesMax ?? ledgerLimits.checkOnOpenBytesMax)) {
    checkLater(file, (said) => options.onCorrupt?.(corrupt(file, schema, said)));
    return;
  }
  const said = db.pragma('quick_check(3)', { simple: true });
  if (said !== 'ok') throw corrupt(file, schema, String(said));
}

const corrupt = (file: string, schema: LedgerSchema, said: string): RingmasterError =>
  new RingmasterError('ledger.corrupt', {
    cannot: `use the ${schema.name}`,
    because: `quick_check of ${file} found damage (${said.split('\n')[0] ?? said})`,
    hint: 'stopping the ledger worker, then the runbook "damaged ledger": newest backup first, never `.dump` of the damaged file',
    fields: { file },
  });

function migrate(db: Database.Database, file: string, schema: LedgerSchema): void {
  const versionOf = (): number => Number(db.pragma('user_version', { simple: true }));
  const newest = schema.migrations.length;
  if (versionOf() > newest) {
    throw new RingmasterError('ledger.newer-schema', {
      cannot: `open the ${schema.name}`,
      because: `${file} has schema version ${versionOf()} and this release knows ${newest}`,
      hint: 'the release that wrote it, or the backup made before the upgrade',
      fields: { file, version: versionOf(), known: newest },
    });
  }
  if (versionOf() === newest) return;
  // Read again under the lock: another process may have done it meanwhile.
  const run = db.transaction(() => {
    for (let version = versionOf(); version < newest; version += 1) {
      db.exec(schema.migrations[version] ?? '');
      db.pragma(`user_version = ${version + 1}`);
    }
  });
  run.immediate();
}

function wrap(db: Database.Database, file: string): Ledger {
  const statements = new Map<string, Statement>();
  const statement = <Row>(sql: string): Statement<Row> => {
    let found = statements.get(sql);
    if (found === undefined) statements.set(sql, (found = db.prepare(sql)));
    return found as Statement<Row>;
  };
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const rollback = db.prepare('ROLLBACK');
  return {
    file,
    statement,
    write: (cannot, change) => {
      if (db.inTransaction) return change();
      try {
        begin.run();
        const result = change();
        commit.run();
        return result;
      } catch (error) {
        if (db.inTransaction) rollback.run();
        throw ledgerFailure(error, cannot, file);
      }
    },
    read: (cannot, question) => {
      try {
        return question();
      } catch (error) {
        throw ledgerFailure(error, cannot, file);
      }
    },
    close: () => db.close(),
  };
}
