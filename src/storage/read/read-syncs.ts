import type { CopyView } from '../../domain/dataset/copies.ts';
import type { SyncView } from '../../domain/dataset/sync.ts';
import { readCopies, readHomeVersions } from '../sync/copies.ts';
import type { SyncRow } from '../sync/sync-history.ts';
import { bounded, type LedgerFiles, parseNullable } from './ledger-files.ts';
import { given } from '../../base/given.ts';
import type { FailureRecord } from '../../domain/failure/record.ts';

export const syncReads = (files: LedgerFiles) => ({
  /** Returns syncs, the newest first. */
  syncs: (limit?: number): readonly SyncView[] =>
    files.syncs.all<SyncRow>('SELECT * FROM syncs ORDER BY timestamp DESC LIMIT ?', bounded(limit)).map(toSync),
  /** Returns the copies of datasets of home on the nodes. */
  copies: (): readonly CopyView[] => readCopies(files.syncs),
  /** Returns the versions that datasets have at home, by dataset. */
  homeVersions: (): ReadonlyMap<string, string> => readHomeVersions(files.syncs),
});

const toSync = ({ duration_ms: durationMs, failure, dataset, source, target, timestamp, digest, files, bytes, state }: SyncRow): SyncView =>
  given({ dataset, source, target, timestamp, digest, files, bytes, durationMs, state, failure: parseNullable<FailureRecord>(failure) });
