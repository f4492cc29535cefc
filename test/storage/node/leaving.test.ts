import { expect, it } from 'vitest';
import { sayLeaving } from '../../../src/domain/node/leaving.ts';
import { newsLines } from '../../../src/service/launcher/news-lines.ts';
import { readLeaving } from '../../../src/storage/read/read-leaving.ts';
import { readStranded } from '../../../src/storage/read/read-stranded.ts';
import { itemId, itemSpec, nodeId, nodeView } from '../../support/item-spec.ts';
import { ledgerHarness } from '../state-folder.ts';

const power = (id: string, slots: number, labels: readonly string[] = []) => ({ id: nodeId(id), slots, labels });

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
  expect(leaving).toEqual({
    node: 'a',
    jobs: [{ id: 'x.2', epoch: 1 }],
    gamesAway: ['cf.1.self-play.0'],
    datasets: ['games-cf', 'logs'],
  });
  expect(leaving && sayLeaving(leaving)).toEqual([
    'Node a leaves the cluster: the file no longer names it.',
    '  Its job ends: x.2/1. Each is given to another node that fits.',
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

it('the items that no node of the file can run are named with their need and the ways out', async () => {
  const on = ledgerHarness();
  await on.activities.recordNodes({ nodes: [nodeView('a', { slots: 1, labels: ['gpu'] })] });
  await on.activities.enqueue({
    items: [
      itemSpec('big.1', { labels: ['gpu'] }),
      itemSpec('big.2', { labels: ['gpu'] }),
      itemSpec('any.1'),
      itemSpec('odd.1', { labels: ['tpu'] }),
    ],
  });
  await on.activities.claim({ open: [] });
  const gpu = power('a', 1, ['gpu']);
  const stranded = (after: Parameters<typeof readStranded>[2], before = [gpu]) => readStranded(on.folder, before, after);
  const because = 'no node of the cluster file has 1 slot and the label gpu (b lacks gpu)';
  expect(stranded([power('b', 4)])).toEqual([{ slots: 1, labels: ['gpu'], items: 2, first: ['big.1', 'big.2'], because }]);
  const news = { changes: [], restarts: [], workers: [], unplaced: stranded([power('b', 4)]) };
  expect(newsLines(news)).toContain(
    `With this file, 2 items wait for a node (big.1, big.2), because ${because}. ` +
      'A turn that needs them ends after 10 minutes, and its pipeline pauses. `ringmaster job cancel ID` or `ringmaster pipeline skip NAME --now` ends the wait.',
  );
  expect(stranded([power('b', 4), power('c', 1, ['gpu', 'fast'])])).toEqual([]);
  expect(stranded([power('b', 4)], [power('b', 4)]), 'no node could run them before').toEqual([]);
  expect(
    stranded([power('a', 1)]).map(({ items }) => items),
    'a node that stays and loses a label; its job runs on',
  ).toEqual([1]);
  await on.activities.enqueue({ items: [itemSpec('big.3', { labels: ['gpu'], priority: 99 })] });
  expect(stranded([power('b', 4)])[0]?.first, 'in the order in which they run').toEqual(['big.3', 'big.1', 'big.2']);
});
