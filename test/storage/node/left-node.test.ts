/** A node that the cluster file no longer names is lost by decision: its jobs go elsewhere at once, and nothing new is claimed there. */
import { expect, it } from 'vitest';
import { failureRecord } from '../../../src/domain/failure/record.ts';
import { itemId, itemSpec, nodeId, nodeView } from '../../support/item-spec.ts';
import { ledgerHarness } from '../state-folder.ts';

const onlyOnB = { labels: ['b'] };
const views = [nodeView('a'), nodeView('b', { labels: ['b'] })];

it('its open jobs get the signal of a loss with every sweep until they are closed, and other jobs do not', async () => {
  const on = ledgerHarness();
  await on.activities.recordNodes({ nodes: views });
  await on.activities.enqueue({ items: [itemSpec('x.1', onlyOnB), itemSpec('x.2', { labels: [] })] });
  await on.activities.claim({ open: [] });
  const lost = (): string[] => on.signals.map(({ signal }) => signal).filter((signal) => signal.startsWith('nodeLost'));
  await on.activities.recordNodes({ nodes: views });
  expect(lost()).toEqual([]);
  await on.activities.recordNodes({ nodes: [nodeView('a')] });
  expect(lost()).toEqual(['nodeLost→job/x.1/1']);
  expect(on.signals.at(-1)?.payload).toEqual({ node: 'b', evidence: 'the cluster file no longer names it' });
  const failure = failureRecord('job.lost', { cannot: 'x', because: 'y', hint: { say: 'z' } });
  await on.activities.closeJob({ job: { item: itemId('x.1'), epoch: 1 }, node: nodeId('b'), outcome: { type: 'failed', failure } });
  await on.activities.recordNodes({ nodes: [nodeView('a')] });
  expect(lost()).toHaveLength(1);
});

it('a try that could not reach it costs no attempt, and the item is not claimed there again before the next sweep', async () => {
  const on = ledgerHarness();
  await on.activities.recordNodes({ nodes: [nodeView('b')] });
  await on.activities.enqueue({ items: [itemSpec('x.1', { attemptsMax: 1 })] });
  await on.activities.claim({ open: [] });
  const failure = failureRecord('node.unknown', { cannot: 'reach node b', because: 'the cluster file has no such node', hint: { say: 'z' } });
  await on.activities.closeJob({ job: { item: itemId('x.1'), epoch: 1 }, node: nodeId('b'), outcome: { type: 'failed', failure }, slots: 1 });
  expect(on.started).toHaveLength(1);
  expect((await on.activities.items({ items: [itemId('x.1')] }))[0]?.state).toBe('pending');
  await on.activities.recordNodes({ nodes: [nodeView('a')] });
  await on.activities.claim({ open: [] });
  expect(on.started.map(({ node }) => node)).toEqual(['b', 'a']);
});
