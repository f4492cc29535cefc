import type { SyncRecord, SyncRequest, TransferResult } from '../../domain/dataset/sync.ts';

export interface DatasetLedgerActivities {
  recordSync: (p: SyncRecord) => Promise<void>;
  /** Records the version that a dataset has at home. */
  noteVersion: (p: { readonly dataset: string; readonly version: string }) => Promise<void>;
  /**
   * Returns the nodes that have this version of the dataset, and those to which a push has failed since the version was noted. With `awaiting` it waits
   * until each of these nodes is one or the other, `copiesWaitMs` at most.
   */
  copiesOf: (p: {
    readonly dataset: string;
    readonly version: string;
    readonly awaiting?: readonly string[];
  }) => Promise<{ readonly has: readonly string[]; readonly failed: readonly string[] }>;
}

export interface DatasetGatewayActivities {
  transfer: (p: SyncRequest) => Promise<TransferResult>;
}
