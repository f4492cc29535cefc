/** Tests the workflow that sends the notifications of a channel, on the time-skipping server. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { withFailures } from '../../activities/with-failures.ts';
import type { Notification } from '../../src/domain/alert/notification.ts';
import { testNotification } from '../../src/domain/alert/notify.ts';
import { RingmasterError } from '../../src/domain/failure/error.ts';
import type { FailureCode } from '../../src/domain/failure/table.ts';
import { notifyMsMax } from '../../src/domain/limits.ts';
import { FakeCluster } from '../support/time-skipping.ts';

let cluster: FakeCluster;
beforeAll(async () => void (cluster = await FakeCluster.start()), 60_000);
afterEach(() => cluster.reset());
afterAll(() => cluster.stop());

/** A ledger with these notifications, which were made at the present time of the server. `ends` has how each ended. */
async function ledgerWith(count: number, ageMs = 0) {
  const nowMs = await cluster.env.currentTimeMs();
  const pending: Notification[] = Array.from({ length: count }, (_, index) => ({
    ...testNotification('ops', 'x', 'ada@desk', nowMs - ageMs),
    group: 'NodeLost',
    seq: index + 1,
  }));
  const ends: string[] = [];
  const tried: number[] = [];
  return {
    ends,
    tried,
    ledger: {
      nextNotification: async () => (pending[0] === undefined ? {} : { notification: pending[0] }),
      noteNotification: async ({
        seq,
        failure,
      }: {
        readonly seq: number;
        readonly failure?: { readonly code: string; readonly message: string };
      }) => {
        pending.shift();
        ends.push(`${seq} ${failure === undefined ? 'done' : failure.code}`);
      },
    },
  };
}

const failing = (code: FailureCode) => new RingmasterError(code, { cannot: 'send', because: 'a test', hint: { say: 'nothing' } });

it('sends what waits, one after another, and ends', async () => {
  const { ends, ledger } = await ledgerWith(25);
  cluster.answer(ledger);
  const run = await cluster.start('notify', 'notify/ops', { channel: 'ops' });
  await run.result();
  expect(ends).toEqual(Array.from({ length: 25 }, (_, index) => `${index + 1} done`));
});

it('tries a receiver that is away again, and gives a notification up when it is too old; the next one has its turn', async () => {
  const { ends, tried, ledger } = await ledgerWith(2);
  cluster.answer({
    ...ledger,
    ...withFailures({
      sendNotification: async ({ notification: { seq } }: { readonly notification: Notification }) => {
        tried.push(seq);
        if (seq === 1 || tried.filter((one) => one === 2).length < 3) throw failing('alert.channel-away');
      },
    }),
  });
  const run = await cluster.start('notify', 'notify/ops', { channel: 'ops' });
  await run.result();
  expect(ends).toEqual(['1 alert.channel-away', '2 done']);
  expect(tried.filter((one) => one === 1).length).toBeGreaterThan(100);
  // A receiver that is away is asked every 30 s for an hour.
  expect(tried.filter((one) => one === 1).length).toBeLessThanOrEqual(notifyMsMax / 30_000 + 10);
});

it('tries a receiver that refuses once', async () => {
  const { ends, tried, ledger } = await ledgerWith(1);
  cluster.answer({
    ...ledger,
    ...withFailures({
      sendNotification: async ({ notification: { seq } }: { readonly notification: Notification }) => {
        tried.push(seq);
        throw failing('alert.channel-refused');
      },
    }),
  });
  const run = await cluster.start('notify', 'notify/ops', { channel: 'ops' });
  await run.result();
  expect([ends, tried]).toEqual([['1 alert.channel-refused'], [1]]);
});

it('a test sends one message, and fails as the delivery fails', async () => {
  const ends: unknown[] = [];
  const noteNotification = async ({ failure }: { readonly failure?: { readonly code: string } }) => void ends.push(failure?.code);
  cluster.answer({ noteNotification });
  const good = await cluster.start('notify', 'notify/ops/test-1', { channel: 'ops', test: { by: 'ada@desk' } });
  expect(await good.result()).toEqual({ sent: 1 });
  cluster.answer({
    noteNotification,
    ...withFailures({
      sendNotification: async () => {
        throw failing('alert.channel-refused');
      },
    }),
  });
  const bad = await cluster.start('notify', 'notify/ops/test-2', { channel: 'ops', test: { by: 'ada@desk' } });
  await expect(bad.result()).rejects.toMatchObject({ cause: { type: 'alert.channel-refused' } });
  expect(ends).toEqual([undefined, 'alert.channel-refused']);
});
