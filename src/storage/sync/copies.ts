/**
 * Two tables of `sync_history.db`: `copies`, the copies of datasets of home on the nodes as the newest pushes left them, and `home_versions`, the versions
 * that datasets have at home. A row of a node or a dataset that left the cluster file stays until its pushes are too old.
 */
import { given } from '../../base/given.ts';
import type { CopyView } from '../../domain/dataset/copies.ts';
import type { SyncRecord } from '../../domain/dataset/sync.ts';
import type { FailureRecord } from '../../domain/failure/record.ts';
import type { LedgerReader } from '../ledger/ledger-reader.ts';
import type { Ledger } from '../ledger/open-ledger.ts';
import { ledgerLimits } from '../limits.ts';

export const copyTables = `
  CREATE TABLE copies (
    dataset TEXT NOT NULL,
    target TEXT NOT NULL,
    version TEXT,
    completed_at_ms INTEGER,
    failures INTEGER NOT NULL DEFAULT 0,
    failed_at_ms INTEGER,
    failure TEXT,
    changed_at_ms INTEGER NOT NULL,
    PRIMARY KEY (dataset, target)
  ) STRICT;
  CREATE TABLE home_versions (
    dataset TEXT PRIMARY KEY,
    version TEXT NOT NULL,
    at_ms INTEGER NOT NULL
  ) STRICT;
`;

interface CopyRow {
  readonly dataset: string;
  readonly target: string;
  readonly version: string | null;
  readonly completed_at_ms: number | null;
  readonly failures: number;
  readonly failed_at_ms: number | null;
  readonly failure: string | null;
}

/** Records what a push did to its copy. A push without a version leaves the known version as it is. */
export function noteCopy(ledger: Ledger, { dataset, source, target, version, failure }: SyncRecord, nowMs: number): void {
  if (source !== 'home') return;
  if (failure === undefined)
    ledger
      .statement(
        `INSERT INTO copies (dataset, target, version, completed_at_ms, changed_at_ms) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (dataset, target) DO UPDATE SET version = coalesce(excluded.version, version), completed_at_ms = excluded.completed_at_ms,
           failures = 0, failed_at_ms = NULL, failure = NULL, changed_at_ms = excluded.changed_at_ms`,
      )
      .run(dataset, target, version ?? null, nowMs, nowMs);
  else
    ledger
      .statement(
        `INSERT INTO copies (dataset, target, failures, failed_at_ms, failure, changed_at_ms) VALUES (?, ?, 1, ?, ?, ?)
         ON CONFLICT (dataset, target) DO UPDATE SET failures = failures + 1, failed_at_ms = excluded.failed_at_ms, failure = excluded.failure,
           changed_at_ms = excluded.changed_at_ms`,
      )
      .run(dataset, target, nowMs, JSON.stringify(failure), nowMs);
  ledger
    .statement(`DELETE FROM copies WHERE rowid IN (SELECT rowid FROM copies WHERE changed_at_ms < ? LIMIT ${ledgerLimits.pruneRowsMax})`)
    .run(ledger.removalMs(nowMs) - ledgerLimits.syncsMsMax);
}

export function putVersion(ledger: Ledger, dataset: string, version: string, nowMs: number): void {
  ledger
    .statement(
      `INSERT INTO home_versions (dataset, version, at_ms) VALUES (?, ?, ?)
       ON CONFLICT (dataset) DO UPDATE SET version = excluded.version, at_ms = excluded.at_ms`,
    )
    .run(dataset, version, nowMs);
  ledger.statement('DELETE FROM home_versions WHERE at_ms < ?').run(ledger.removalMs(nowMs) - ledgerLimits.syncsMsMax);
}

export function copiesOf(ledger: Ledger, dataset: string, version: string): { readonly has: readonly string[]; readonly failed: readonly string[] } {
  return ledger.read(`read the copies of ${dataset}`, () => {
    const notedAtMs = ledger.statement<{ at_ms: number }>('SELECT at_ms FROM home_versions WHERE dataset = ?').get(dataset)?.at_ms ?? 0;
    const rows = ledger.statement<CopyRow>('SELECT * FROM copies WHERE dataset = ?').all(dataset);
    const has = rows.filter((row) => row.version === version);
    const failed = rows.filter((row) => row.version !== version && (row.failed_at_ms ?? 0) >= notedAtMs && row.failures > 0);
    return { has: has.map(({ target }) => target), failed: failed.map(({ target }) => target) };
  });
}

/** Returns all copies. */
export const readCopies = (reader: LedgerReader): readonly CopyView[] =>
  reader.all<CopyRow>('SELECT * FROM copies ORDER BY dataset, target').map(({ dataset, target, failures, ...row }) => ({
    dataset,
    target,
    failures,
    ...given({
      version: row.version ?? undefined,
      completedAtMs: row.completed_at_ms ?? undefined,
      failedAtMs: row.failed_at_ms ?? undefined,
      failure: row.failure === null ? undefined : (JSON.parse(row.failure) as FailureRecord),
    }),
  }));

/** Returns the versions that datasets have at home, by dataset. */
export const readHomeVersions = (reader: LedgerReader): ReadonlyMap<string, string> =>
  new Map(reader.all<{ dataset: string; version: string }>('SELECT dataset, version FROM home_versions').map((row) => [row.dataset, row.version]));
