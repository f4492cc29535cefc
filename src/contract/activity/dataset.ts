import type { SyncRecord, SyncRequest, TransferResult } from '../../domain/dataset/sync.ts';

export interface DatasetLedgerActivities {
  recordSync: (p: SyncRecord) => Promise<void>;
}

export interface DatasetGatewayActivities {
  transfer: (p: SyncRequest) => Promise<TransferResult>;
}
