/**
 * `sync_history.db`: one row for each ended sync. The runbook uses the names of the table and of its time column: `SELECT * FROM syncs ORDER BY
 * timestamp DESC LIMIT 10`.
 */
import { given } from '../../base/given.ts';
import { outboxTables } from '../event/outbox.ts';
import { publish } from '../event/publish.ts';
import { copiesOf, copyTables, noteCopy, putVersion } from './copies.ts';
import type { Ledger, LedgerSchema } from '../ledger/open-ledger.ts';
import { ledgerLimits } from '../limits.ts';
import { measure } from '../../telemetry/measures.ts';
import type { SyncRecord, SyncView } from '../../domain/dataset/sync.ts';

export const syncHistorySchema: LedgerSchema = {
  name: 'sync history',
  migrations: [
    `
    CREATE TABLE syncs (
      key TEXT PRIMARY KEY,
      timestamp TEXT NOT NULL,
      dataset TEXT NOT NULL,
      source TEXT NOT NULL,
      target TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('completed', 'failed')),
      digest TEXT NOT NULL,
      files INTEGER NOT NULL,
      bytes INTEGER NOT NULL,
      duration_ms INTEGER NOT NULL,
      method TEXT NOT NULL,
      failure TEXT
    ) STRICT;
    CREATE INDEX syncs_timestamp ON syncs (timestamp);
    CREATE INDEX syncs_dataset ON syncs (dataset, timestamp);
    `,
    outboxTables,
    copyTables,
  ],
};

export interface SyncRow {
  readonly dataset: string;
  readonly source: string;
  readonly target: string;
  readonly timestamp: string;
  readonly digest: string;
  readonly files: number;
  readonly bytes: number;
  readonly duration_ms: number;
  readonly state: SyncView['state'];
  readonly failure: string | null;
}

export class SyncHistory {
  readonly ledger: Ledger;

  constructor(ledger: Ledger) {
    this.ledger = ledger;
  }

  /** Records a sync. A later record with the same key is ignored. */
  record(sync: SyncRecord, nowMs: number): void {
    this.ledger.write(`record sync ${sync.key}`, () => {
      const { changes } = this.ledger
        .statement(
          `INSERT INTO syncs (key, timestamp, dataset, source, target, state, digest, files, bytes, duration_ms, method, failure)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING`,
        )
        .run(
          sync.key,
          new Date(nowMs).toISOString(),
          sync.dataset,
          sync.source,
          sync.target,
          sync.failure === undefined ? 'completed' : 'failed',
          sync.digest,
          sync.files,
          sync.bytes,
          Math.round(sync.durationMs),
          sync.method,
          sync.failure === undefined ? null : JSON.stringify(sync.failure),
        );
      if (changes === 0) return;
      noteCopy(this.ledger, sync, nowMs);
      this.#publish(sync, nowMs);
      this.#prune(nowMs);
      const outcome = sync.failure === undefined ? 'completed' : 'failed';
      measure('sync', sync.durationMs / 1000, { outcome });
      measure('syncBytes', sync.bytes, { outcome });
    });
  }

  /** Records the version that a dataset has at home, and the time. */
  noteVersion(dataset: string, version: string, nowMs: number): void {
    this.ledger.write(`note the version of ${dataset}`, () => putVersion(this.ledger, dataset, version, nowMs));
  }

  /** Returns the nodes that have this version of the dataset, and those to which a push has failed since the version was noted. */
  copiesOf(dataset: string, version: string): { readonly has: readonly string[]; readonly failed: readonly string[] } {
    return copiesOf(this.ledger, dataset, version);
  }

  /** Removes some of the syncs that are too old: more than one record adds, and few enough for a short transaction. */
  #prune(nowMs: number): void {
    this.ledger
      .statement(`DELETE FROM syncs WHERE key IN (SELECT key FROM syncs WHERE timestamp < ? ORDER BY timestamp LIMIT ${ledgerLimits.pruneRowsMax})`)
      .run(new Date(this.ledger.removalMs(nowMs) - ledgerLimits.syncsMsMax).toISOString());
  }

  #publish({ dataset, source, target, files, bytes, durationMs, failure }: SyncRecord, nowMs: number): void {
    publish(
      this.ledger,
      failure === undefined ? 'DATA_SYNC_COMPLETED' : 'DATA_SYNC_FAILED',
      { dataset, source, target, files, bytes, tookMs: Math.round(durationMs), ...given({ code: failure?.code, message: failure?.message }) },
      { atMs: nowMs, actor: 'sync' },
    );
  }

  close(): void {
    this.ledger.close();
  }
}
