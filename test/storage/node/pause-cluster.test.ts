/** Tests the pause of the whole cluster: what it holds back, what goes on, and that the wishes for the nodes hold again after it. */
import { expect, it } from 'vitest';
import { wishTextCharsMax } from '../../../src/domain/limits.ts';
import { openReadModel } from '../../../src/storage/read/read-ledgers.ts';
import { itemSpec, nodeId, nodeView } from '../../support/item-spec.ts';
import { claim, openOf } from '../queue/claimed.ts';
import { failureOf, ledgerHarness } from '../state-folder.ts';

const request = { verb: 'pause', by: 'kim@desk', reason: 'a new switch' } as const;

it('no job starts during a pause, also in a slot that a job has freed; after it the wishes for the nodes hold again', async () => {
  const on = ledgerHarness();
  const { activities } = on;
  await activities.recordNodes({ nodes: [nodeView('a', { slots: 1 }), nodeView('b', { slots: 1 }), nodeView('c', { slots: 1 })] });
  await activities.wishNode({ node: nodeId('b'), service: 'cordoned', by: 'ada@desk', reason: 'fan' });
  await activities.wishNode({ node: nodeId('c'), service: 'draining', by: 'ada@desk', reason: 'disk' });
  await activities.enqueue({ items: ['x.1', 'x.2'].map((id) => itemSpec(id)) });
  const before = await claim(on);
  expect(before.map(({ job, node }) => [job.item, node])).toEqual([['x.1', 'a']]);

  const paused = await activities.pauseCluster(request);
  expect(paused).toEqual({ verb: 'pause', changed: true, pause: { by: 'kim@desk', reason: 'a new switch', sinceMs: on.clock.nowMs } });
  const [first] = before;
  await activities.closeJob({ ...first!, outcome: { type: 'completed', result: {}, files: [] } });
  expect(await claim(on, openOf([]))).toEqual([]);
  const services = () =>
    openReadModel(on.folder)
      .status()
      .nodes.map(({ node, wish }) => [node, wish?.service, wish?.by, wish?.reason]);
  expect(services()).toEqual([
    ['a', 'cordoned', 'kim@desk', 'the whole cluster is paused: a new switch'],
    ['b', 'cordoned', 'ada@desk', 'fan'],
    ['c', 'draining', 'ada@desk', 'disk'],
  ]);

  expect(await activities.pauseCluster({ ...request, reason: 'another' })).toEqual({ ...paused, changed: false });
  expect(await activities.pauseCluster({ verb: 'resume', by: 'ada@desk', reason: 'done' })).toEqual({ ...paused, verb: 'resume' });
  expect(await activities.pauseCluster({ verb: 'resume', by: 'ada@desk', reason: 'done' })).toEqual({ verb: 'resume', changed: false });
  expect(services().map(([, service]) => service)).toEqual([undefined, 'cordoned', 'draining']);
  expect((await claim(on, openOf([]))).map(({ job }) => job.item)).toEqual(['x.2']);
  const outbox = on.ledgers.resources.ledger.statement<{ event: string }>('SELECT event FROM outbox ORDER BY seq').all();
  const events = outbox.map(({ event }) => JSON.parse(event) as { readonly type: string; readonly payload: unknown });
  expect(events.filter(({ type }) => type.startsWith('CLUSTER_')).map(({ type, payload }) => [type, payload])).toEqual([
    ['CLUSTER_PAUSED', { by: 'kim@desk', reason: 'a new switch' }],
    ['CLUSTER_RESUMED', { by: 'ada@desk', reason: 'done' }],
  ]);
});

it('a request with faults is refused with all of them', async () => {
  const { activities } = ledgerHarness();
  const { message } = await failureOf('config.invalid', () => activities.pauseCluster({ verb: 'stop', by: 7, reason: '' } as never));
  expect(message).toBe(
    `Cannot pause or resume the cluster because verb must be pause or resume; by must be a text of at most ${wishTextCharsMax} characters`,
  );
});
