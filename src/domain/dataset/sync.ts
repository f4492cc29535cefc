import type { FailureRecord } from '../failure/record.ts';

/** One dataset on its way. `source` or `target` is `home`, the other is a node. */
export interface SyncRequest {
  readonly dataset: string;
  readonly source: string;
  readonly target: string;
}

/** What a transfer did. */
export interface TransferResult {
  readonly digest: string;
  readonly files: number;
  readonly bytes: number;
  readonly changed: boolean;
  readonly method: string;
  readonly durationMs: number;
  /** Folder at home that holds the replica, for pulls. */
  readonly replica?: string;
}

/** An ended sync, for the ledger. `key` names the run; the ledger keeps the first record of a key. */
export interface SyncRecord extends SyncRequest {
  readonly key: string;
  readonly digest: string;
  readonly files: number;
  readonly bytes: number;
  readonly durationMs: number;
  readonly method: string;
  readonly failure?: FailureRecord;
}

/** An ended sync, as the ledger shows it. */
export interface SyncView extends SyncRequest {
  readonly timestamp: string;
  readonly digest: string;
  readonly files: number;
  readonly bytes: number;
  readonly durationMs: number;
  readonly state: 'completed' | 'failed';
  readonly failure?: FailureRecord;
}
