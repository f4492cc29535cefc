import { expect, it } from 'vitest';
import { sayLeaving } from '../../../src/domain/node/leaving.ts';
import { readLeaving } from '../../../src/storage/read/read-leaving.ts';
import { itemId, itemSpec, nodeId, nodeView } from '../../support/item-spec.ts';
import { ledgerHarness } from '../state-folder.ts';

it('a node that leaves the cluster file: its jobs, its games that are not home, and its datasets are named', async () => {
  const on = ledgerHarness();
  const output = (to: `dataset:${string}`) => ({ outputs: [{ path: 'games.ndjson', to }] });
  await on.activities.recordNodes({ nodes: [nodeView('a', { slots: 3 })] });
  await on.activities.enqueue({
    items: [
      itemSpec('cf.1.self-play.0', output('dataset:games-cf')),
      itemSpec('x.1', { kind: 'command', ...output('dataset:logs') }),
      itemSpec('x.2', { priority: 0 }),
    ],
  });
  await on.activities.claim({ open: [] });
  for (const id of ['cf.1.self-play.0', 'x.1'])
    await on.activities.closeJob({
      job: { item: itemId(id), epoch: 1 },
      node: nodeId('a'),
      outcome: { type: 'completed', result: {}, files: [{ path: 'games.ndjson', bytes: 1, sha256: 'a'.repeat(64) }] },
    });
  const [leaving] = readLeaving(on.folder, [nodeId('a')]);
  expect(leaving).toEqual({ node: 'a', jobs: [{ id: 'x.2', epoch: 1 }], gamesAway: ['cf.1.self-play.0'], datasets: ['games-cf', 'logs'] });
  expect(leaving && sayLeaving(leaving)).toEqual([
    'Node a leaves the cluster: the file no longer names it.',
    '  Its job goes elsewhere: x.2/1.',
    '  The games of 1 items are not home yet, and are played again when a turn needs them: cf.1.self-play.0.',
    '  Only a has the newest files of games-cf, logs. They stay in its folder; put the node back to fetch them.',
  ]);
  await on.activities.recordSync({
    key: 'k',
    dataset: 'logs',
    source: 'a',
    target: 'home',
    state: 'completed',
    digest: 'd',
    files: 1,
    bytes: 1,
    durationMs: 1,
    method: 'fake',
  } as Parameters<typeof on.activities.recordSync>[0]);
  expect(readLeaving(on.folder, [nodeId('a')])[0]?.datasets).toEqual(['games-cf']);
  expect(readLeaving(on.folder, [])).toEqual([]);
});
