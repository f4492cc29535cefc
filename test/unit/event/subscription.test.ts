/** Tests the check of the table of subscriptions, which the ledger worker makes when it starts. */
import { describe, expect, test } from 'vitest';
import { requireSubscriptions } from '../../../activities/ledger/event/require-subscriptions.ts';
import { afterFailure, byKey, restMsAfter } from '../../../src/domain/event/delivery.ts';
import { type Subscription, subscriptionFaults } from '../../../src/domain/event/subscription.ts';

const limits = { triesMax: 3, pauseMs: 1_000, pauseMsMax: 3_000, handlerMsMax: 1_000 };
const row = (subscriber: string, takes: Readonly<Record<string, number>> = { NODE_LOST: 1 }): Subscription => ({
  subscriber,
  does: 'Tests.',
  takes,
  begins: 'end',
  waitMs: 0,
  gapMs: 0,
  limits,
});

test('a subscription that fits its handler and the types has no fault', () => {
  expect(subscriptionFaults([row('a')], { a: { takes: { NODE_LOST: 1 } } })).toEqual([]);
});

test('every fault is named, all at once', () => {
  const rows = [row('a', { NODE_LOTS: 1 }), row('b'), row('b'), row('c', { NODE_LOST: 2 }), row('d'), row('e', {}), row('f')];
  const takes = { NODE_LOST: 1 };
  const handlers = {
    a: { takes: {} },
    b: { takes: { HOST_ONLINE: 1 } },
    c: { takes: { NODE_LOST: 2 } },
    e: { takes: {} },
    f: { takes: { NODE_LOST: 2 } },
    z: { takes },
  };
  expect(subscriptionFaults(rows, handlers)).toEqual([
    'subscriber b is in the table twice',
    'subscriber a takes NODE_LOTS, and there is no such event type',
    'the handler of b takes no NODE_LOST',
    'the handler of b takes HOST_ONLINE, and the subscription does not name it',
    'the handler of b takes no NODE_LOST',
    'the handler of b takes HOST_ONLINE, and the subscription does not name it',
    'subscriber c takes version 2 of NODE_LOST, and the type has version 1',
    'subscriber d has no handler',
    'subscriber e takes no event',
    'the handler of f takes version 2 of NODE_LOST, and the subscription version 1',
    'handler z has no subscription',
  ]);
  expect(() => requireSubscriptions([row('d')], {})).toThrow(
    expect.objectContaining({
      code: 'event.bad-subscription',
      message: 'Cannot start the delivery of events because subscriber d has no handler',
    }) as Error,
  );
});

test('a limit below its least value is a fault', () => {
  const bad = { ...row('a'), limits: { ...limits, triesMax: 0 } };
  expect(subscriptionFaults([bad], { a: { takes: { NODE_LOST: 1 } } })).toEqual(['subscriber a has a limit below its least value']);
});

describe('after a failure', () => {
  test('the pauses grow up to their limit, and the last try is the end', () => {
    expect(afterFailure(0, 'internal.defect', limits, 100)).toEqual({ type: 'retry', tries: 1, nextAtMs: 1_100 });
    expect(afterFailure(1, 'internal.defect', { ...limits, triesMax: 9 }, 100)).toEqual({ type: 'retry', tries: 2, nextAtMs: 2_100 });
    expect(afterFailure(5, 'internal.defect', { ...limits, triesMax: 9 }, 100)).toEqual({ type: 'retry', tries: 6, nextAtMs: 3_100 });
    expect(afterFailure(2, 'internal.defect', limits, 100)).toEqual({ type: 'die', tries: 3 });
  });

  test('a closed way counts no try, and an event of another version is dead at once', () => {
    expect(afterFailure(2, 'server.unavailable', limits, 100)).toEqual({ type: 'rest' });
    expect(afterFailure(0, 'event.other-version', limits, 100)).toEqual({ type: 'die', tries: 1 });
    expect([1, 2, 3, 9].map(restMsAfter)).toEqual([1_000, 2_000, 4_000, 30_000]);
  });
});

test('events are grouped by key, in the order of the log', () => {
  expect(byKey(['a1', 'b1', 'a2'], (event) => event.slice(0, 1))).toEqual([
    { key: 'a', events: ['a1', 'a2'] },
    { key: 'b', events: ['b1'] },
  ]);
});
