import type { FailureRecord } from '../failure/record.ts';

/** The request to bring one replica up to date. Either `source` or `target` is `home`; the other is a node. */
export interface SyncRequest {
  readonly dataset: string;
  readonly source: string;
  readonly target: string;
  /** The version of the dataset at home that the push brings at least. Absent when the caller knows no version. */
  readonly version?: string;
}

/** The result of a transfer. */
export interface TransferResult {
  readonly digest: string;
  readonly files: number;
  readonly bytes: number;
  readonly changed: boolean;
  readonly method: string;
  readonly durationMs: number;
  /** Folder at home that holds the replica. Present only after a pull from a node. */
  readonly replica?: string;
}

/** The record of an ended sync, for the ledger. `key` identifies the run of the sync. The ledger keeps only the first record of a key. */
export interface SyncRecord extends SyncRequest {
  readonly key: string;
  readonly digest: string;
  readonly files: number;
  readonly bytes: number;
  readonly durationMs: number;
  readonly method: string;
  readonly failure?: FailureRecord;
}

export const syncStates = ['completed', 'failed'] as const;

/** An ended sync, as the read model shows it. */
export interface SyncView extends Omit<SyncRequest, 'version'> {
  readonly timestamp: string;
  readonly digest: string;
  readonly files: number;
  readonly bytes: number;
  readonly durationMs: number;
  readonly state: (typeof syncStates)[number];
  readonly failure?: FailureRecord;
}
