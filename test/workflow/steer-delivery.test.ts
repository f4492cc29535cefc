/** Tests the procedure that changes the delivery of events, on the time-skipping server. */
import { Client } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { RingmasterError } from '../../src/domain/failure/error.ts';
import { withFailures } from '../../activities/with-failures.ts';
import { startOptions } from '../../src/contract/start-options.ts';
import { awaitResult } from '../../src/service/temporal/await-result.ts';
import { rejectionOf } from '../support/rejection-of.ts';
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

it('a change whose result is late: the failure says that it goes on, and its result is there when the ledger runs again', async () => {
  let run = (): void => undefined;
  const ledgerRuns = new Promise<void>((resolve) => void (run = resolve));
  cluster.answer({ steerDelivery: () => ledgerRuns.then(() => ({ verb: 'redrive' as const, subscriber: 'dispatcher', count: 3 })) });
  const options = {
    ...startOptions({ workflowId: 'steer-delivery/3', summary: 'redrive', input: steering }),
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
  };
  // The client of the fake cluster would skip time while it waits for a result.
  const client = new Client({ connection: cluster.env.connection });
  const steer = (limitMs?: number) => awaitResult<{ count: number }>(client, 'steerDelivery', options, limitMs);
  const { code, because, hint } = (await rejectionOf(steer(500))) as RingmasterError;
  expect({ code, because, hint }).toEqual({
    code: 'transport.timeout',
    because: 'it has no result after 0.5 s; it goes on',
    hint: { say: 'looking whether control and ledger run', run: 'ringmaster status' },
  });
  run();
  expect(await steer()).toMatchObject({ count: 3 });
});
