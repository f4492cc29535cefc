/** The copies of datasets of home, as the records of pushes leave them. */
import { expect, test } from 'vitest';
import { failureRecord } from '../../src/domain/failure/record.ts';
import type { SyncRecord } from '../../src/domain/dataset/sync.ts';
import { openReadModel } from '../../src/storage/read/read-ledgers.ts';
import { ledgerHarness } from './state-folder.ts';

const failure = failureRecord('sync.disk-full', { cannot: 'push', because: 'of a test', hint: { say: 'nothing' }, fields: { node: 'b' } });
let keys = 0;
const push = (target: string, changes: Partial<SyncRecord> = {}): SyncRecord => ({
  key: `k${(keys += 1)}`,
  dataset: 'd',
  source: 'home',
  target,
  digest: 'x',
  files: 1,
  bytes: 1,
  durationMs: 1,
  method: 'test',
  ...changes,
});

test('a push that completed gives its copy the version; a failure is counted until a push completes; a record counts once', async () => {
  const { activities, folder } = ledgerHarness();
  const copies = () => openReadModel(folder).copies();
  await activities.recordSync(push('b', { version: 'v1' }));
  expect(copies()).toMatchObject([{ dataset: 'd', target: 'b', version: 'v1', failures: 0 }]);
  const failed = push('b', { version: 'v2', failure });
  await activities.recordSync(failed);
  await activities.recordSync(failed);
  await activities.recordSync(push('b', { failure }));
  expect(copies()).toMatchObject([{ version: 'v1', failures: 2, failure: { code: 'sync.disk-full' } }]);
  await activities.recordSync(push('b'));
  expect(copies()).toMatchObject([{ version: 'v1', failures: 0 }]);
  expect(copies()[0]).not.toHaveProperty('failure');
  await activities.recordSync(push('home', { source: 'b', target: 'home' }));
  expect(copies()).toHaveLength(1);
});

test('the ledger knows which nodes have a version, and which pushes have failed since it was noted', async () => {
  const { activities, folder } = ledgerHarness();
  await activities.recordSync(push('before', { failure }));
  await activities.noteVersion({ dataset: 'd', version: 'v2' });
  await activities.recordSync(push('has', { version: 'v2' }));
  await activities.recordSync(push('old', { version: 'v1' }));
  await activities.recordSync(push('fails', { version: 'v2', failure }));
  expect(await activities.copiesOf({ dataset: 'd', version: 'v2' })).toEqual({ has: ['has'], failed: ['fails'] });
  expect(openReadModel(folder).homeVersions()).toEqual(new Map([['d', 'v2']]));
});

test('a look at the copies ends when the awaited nodes have the version, and at its limit without them', async () => {
  const { activities } = ledgerHarness();
  await activities.noteVersion({ dataset: 'd', version: 'v2' });
  let isAnswered = false;
  const look = activities.copiesOf({ dataset: 'd', version: 'v2', awaiting: ['has', 'fails'] }).finally(() => (isAnswered = true));
  await activities.recordSync(push('has', { version: 'v2' }));
  expect(isAnswered).toBe(false);
  await activities.recordSync(push('fails', { version: 'v2', failure }));
  expect(await look).toEqual({ has: ['has'], failed: ['fails'] });
  expect(await activities.copiesOf({ dataset: 'd', version: 'v2', awaiting: ['never'] })).toEqual({ has: ['has'], failed: ['fails'] });
});
