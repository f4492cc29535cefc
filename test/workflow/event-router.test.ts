/** Tests the workflow of the event router and the procedure that changes the delivery, on the time-skipping server. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { RingmasterError } from '../../src/domain/failure/error.ts';
import { deliverMsMax } from '../../src/domain/limits.ts';
import { workflowIds } from '../../src/contract/workflows.ts';
import { withFailures } from '../../activities/with-failures.ts';
import { eventually } from '../support/eventually.ts';
import { FakeCluster } from '../support/time-skipping.ts';

let cluster: FakeCluster;
beforeAll(async () => void (cluster = await FakeCluster.start()), 60_000);
afterEach(() => cluster.reset());
afterAll(() => cluster.stop());

const steering = { verb: 'redrive', subscriber: 'dispatcher', by: 'kim@desk' } as const;

it('a change of the delivery returns what was changed, and a refusal keeps its code', async () => {
  cluster.answer({ steerDelivery: async () => ({ verb: 'redrive', subscriber: 'dispatcher', count: 3 }) });
  const done = await cluster.start('steerDelivery', 'steer-delivery/1', steering);
  expect(await done.result()).toMatchObject({ count: 3 });
  cluster.answer(
    withFailures({
      steerDelivery: async () => {
        throw new RingmasterError('event.no-dead-letter', { cannot: 'redrive', because: 'it has none', hint: { say: 'nothing' } });
      },
    }),
  );
  const refused = await cluster.start('steerDelivery', 'steer-delivery/2', steering);
  await expect(refused.result()).rejects.toMatchObject({ cause: { type: 'event.no-dead-letter' } });
});

it('the router delivers again and again, shows what was done, and continues as new', async () => {
  const gate = cluster.gate();
  let calls = 0;
  cluster.answer({
    deliverEvents: async () => {
      calls += 1;
      if (calls > 21) await gate.held();
      return { subscribers: [{ subscriber: 'dispatcher', done: 2, failed: 0 }] };
    },
  });
  const router = await cluster.start('eventRouter', workflowIds.eventRouter, { v: 1 });
  await cluster.called('deliverEvents', 22);
  expect(cluster.inputs('deliverEvents')[0]).toEqual({ maxMs: deliverMsMax });
  const { runId, status } = await router.describe();
  expect(status.name).toBe('RUNNING');
  const { events } = await cluster.env.client.workflow.getHandle(workflowIds.eventRouter, runId).fetchHistory();
  expect(events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId).toBeTruthy();
  expect(await router.query('state')).toMatchObject({ heading: '2 events delivered to 1 subscribers', rows: { dispatcher: '2 done' } });
});

it('the router goes on after a failure of its activity', async () => {
  const gate = cluster.gate();
  let calls = 0;
  cluster.answer(
    withFailures({
      deliverEvents: async () => {
        calls += 1;
        if (calls === 1) throw new Error('a defect');
        await gate.held();
        return { subscribers: [] };
      },
    }),
  );
  const router = await cluster.start('eventRouter', workflowIds.eventRouter, { v: 1 });
  await eventually('the failure is shown', async () => (await router.query<{ readonly state: string }>('state')).state === 'error');
  await cluster.env.sleep('11s');
  expect(await cluster.called('deliverEvents', 2)).toBe(true);
});
