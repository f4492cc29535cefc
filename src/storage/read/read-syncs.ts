import type { SyncView } from '../../domain/dataset/sync.ts';
import type { SyncRow } from '../sync/sync-history.ts';
import { bounded, type LedgerFiles, parseNullable } from './ledger-files.ts';
import { given } from '../../base/given.ts';
import type { FailureRecord } from '../../domain/failure/record.ts';

export const syncReads = (files: LedgerFiles) => ({
  /** Returns syncs, the newest first. */
  syncs: (limit?: number): readonly SyncView[] =>
    files.syncs.all<SyncRow>('SELECT * FROM syncs ORDER BY timestamp DESC LIMIT ?', bounded(limit)).map(toSync),
});

const toSync = ({ duration_ms: durationMs, failure, dataset, source, target, timestamp, digest, files, bytes, state }: SyncRow): SyncView =>
  given({ dataset, source, target, timestamp, digest, files, bytes, durationMs, state, failure: parseNullable<FailureRecord>(failure) });
