/** Runs syncs on the cluster of the test file, and reads their records in the ledger and in Temporal. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import Database from 'better-sqlite3';
import { expect } from 'vitest';
import type { SyncView } from '../../../src/domain/dataset/sync.ts';
import { live } from './harness.ts';

interface SyncRow {
  readonly dataset: string;
  readonly source: string;
  readonly target: string;
  readonly method: string;
  readonly state: string;
}

export function syncRows(dataset: string): readonly SyncRow[] {
  const ledger = new Database(join(live.cluster.state, 'data/sync_history.db'), { readonly: true });
  try {
    return ledger
      .prepare('SELECT dataset, source, target, method, state FROM syncs WHERE dataset = ? ORDER BY timestamp DESC')
      .all(dataset) as SyncRow[];
  } finally {
    ledger.close();
  }
}

/** Runs a sync, waits until the status of the cluster lists the sync, and returns it. */
export async function synced(dataset: string, target: string, from?: string): Promise<SyncView> {
  const name = from === undefined ? dataset : `${dataset}@${from}`;
  const mine = (sync: SyncView): boolean => sync.dataset === name && sync.target === target;
  const before = (await live.cluster.status()).recentSyncs.filter(mine).map((sync) => sync.timestamp);
  const { code, stderr } = await live.cluster.cli('sync', 'run', dataset, target, ...(from === undefined ? [] : ['--from', from]));
  expect(code, stderr).toBe(0);
  return live.cluster.until(`sync of ${dataset} to ${target} recorded`, 120, ({ recentSyncs }) =>
    recentSyncs.find((sync) => mine(sync) && !before.includes(sync.timestamp)),
  );
}

/** Returns the failure codes for which Temporal retried steps of this workflow. */
export async function retriesOf(workflowId: string): Promise<readonly (string | null | undefined)[]> {
  const { temporalAddress, config } = JSON.parse(readFileSync(join(live.cluster.state, 'run/cluster.json'), 'utf8')) as {
    temporalAddress: string;
    config: { temporal: { namespace: string } };
  };
  const connection = await Connection.connect({ address: temporalAddress });
  try {
    const { events } = await new Client({ connection, namespace: config.temporal.namespace }).workflow.getHandle(workflowId).fetchHistory();
    return (events ?? []).flatMap(({ activityTaskStartedEventAttributes: started }) =>
      started?.lastFailure ? [started.lastFailure.applicationFailureInfo?.type] : [],
    );
  } finally {
    await connection.close();
  }
}
