/** Tests the procedure that changes the delivery of events, on the time-skipping server. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { RingmasterError } from '../../src/domain/failure/error.ts';
import { withFailures } from '../../activities/with-failures.ts';
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
