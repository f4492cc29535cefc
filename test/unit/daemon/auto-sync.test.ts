import { expect, test } from 'vitest';
import { failureRecord } from '../../../src/domain/failure/record.ts';
import type { NodeId } from '../../../src/domain/ids.ts';
import { keptTargets } from '../../../src/domain/dataset/keep.ts';
import { decideSyncs, type KeptSeen } from '../../../src/duty/auto-sync.ts';

const nodes = ['a', 'b'].map((node) => ({ node, state: 'alive' as const, sinceMs: 0 }));
const kept = (id: string, version: string) => ({ id, targets: ['a', 'b'] as NodeId[], tree: { version } });
const seen: KeptSeen = {
  kept: [kept('openings', 'v2')],
  copies: [{ dataset: 'openings', target: 'a', version: 'v2', completedAtMs: 90, failures: 0 }],
  nodes,
};
const failure = failureRecord('sync.source-missing', { cannot: 'read the tree /x', because: 'ENOENT', hint: { say: 'x' }, fields: { path: '/x' } });

test('a copy that lacks the present version of the folder is synced, and one that has it is not', () => {
  const { steps, health, restMs } = decideSyncs(seen, undefined, 100);
  expect(steps).toEqual([{ type: 'sync', request: { dataset: 'openings', source: 'home', target: 'b', version: 'v2' } }]);
  expect(health).toMatchObject({ healthy: true, details: { 'openings on b': 'it is being copied' } });
  expect(restMs).toBe(5_000);
  expect(decideSyncs({ ...seen, kept: [kept('openings', 'v3')] }, undefined, 100).steps).toHaveLength(2);
});

test('a folder that cannot be read makes the daemon unwell, and holds up no other dataset', () => {
  const { steps, health } = decideSyncs({ ...seen, kept: [...seen.kept, { ...kept('gone', ''), tree: { failure } }] }, undefined, 100);
  expect(steps).toHaveLength(1);
  expect(health).toMatchObject({ healthy: false, message: 'gone: Cannot read the tree /x because ENOENT (sync.source-missing)' });
});

test('a folder whose look takes long holds up no other dataset, and after a minute makes the daemon unwell', () => {
  const looking = (lookingMs: number) => decideSyncs({ ...seen, kept: [...seen.kept, { ...kept('slow', ''), tree: { lookingMs } }] }, undefined, 100);
  expect(looking(20_000)).toMatchObject({ steps: [{ type: 'sync' }], restMs: 5_000, health: { healthy: true } });
  expect(looking(61_000)).toMatchObject({
    steps: [{ type: 'sync' }],
    health: { healthy: false, message: 'slow: the look at its folder has not ended for 61 s' },
  });
});

test('without a dataset that is kept in step, nothing is done', () => {
  expect(decideSyncs({ ...seen, kept: [] }, undefined, 100)).toMatchObject({
    steps: [],
    health: { message: 'no dataset of the cluster file has `keep`' },
  });
});

test('`keep.to` names nodes and labels', () => {
  const all = [
    { id: 'a', labels: ['gpu'] },
    { id: 'b', labels: ['cpu'] },
    { id: 'c', labels: ['cpu', 'gpu'] },
  ] as { id: NodeId; labels: string[] }[];
  expect(keptTargets(['b', 'gpu'], all)).toEqual(['a', 'b', 'c']);
  expect(keptTargets(['a'], all)).toEqual(['a']);
});
