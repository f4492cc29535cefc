/** Tests what an operator can change about the delivery: dead letters are sent again or dropped, and a range is replayed. */
import { describe, expect, test } from 'vitest';
import { steerDelivery } from '../../../activities/ledger/event/steer-delivery.ts';
import type { SteerDelivery, SteeredDelivery } from '../../../src/domain/event/steer-delivery.ts';
import type { DeliveryLimits } from '../../../src/domain/event/subscription.ts';
import { failureOf, ledgerHarness, type LedgerHarness } from '../state-folder.ts';
import { delivering, type Delivering, evidenceOf } from './delivering.ts';
import { readerOf, typesOf } from './pumped.ts';

const limits = { triesMax: 1, pauseMs: 1, pauseMsMax: 1, handlerMsMax: 1_000 };

/** Returns a subscriber for which three of five events are dead. `broken` decides which events fail from now on. */
async function withDead(of: DeliveryLimits = limits) {
  const on = ledgerHarness();
  const got: string[] = [];
  const broken = new Set(['number 1', 'number 3', 'number 5']);
  const to = delivering(
    on,
    async (events) => {
      if (events.some(({ payload }) => broken.has(payload.evidence))) throw new Error('it broke');
      got.push(...evidenceOf(events));
    },
    { limits: of },
  );
  for (let k = 1; k <= 5; k += 1) to.note(`node-${k}`);
  for (let tries = 0; tries < of.triesMax; tries += 1) {
    await to.step();
    on.clock.nowMs += 1_000;
  }
  expect(to.view()).toMatchObject({ delivered: 2, dead: 3 });
  const ids = readerOf(on)
    .deadLetters({})
    .map(({ event }) => event.id)
    .toReversed();
  return { on, to, got, broken, ids, steer: steererOf(on, to) };
}

const steererOf =
  (on: LedgerHarness, to: Delivering) =>
  (request: Omit<SteerDelivery, 'by' | 'subscriber'>, subscriber = 'test'): Promise<SteeredDelivery> =>
    steerDelivery({ ...on.dependencies, events: to.door })({ ...request, subscriber, by: 'ada@desk' });
const newest = (on: LedgerHarness): string | undefined => readerOf(on).events({}).events.at(-1)?.text;

describe('redrive', () => {
  test('sends all dead letters again, and each is done or dead once more', async () => {
    const { on, to, got, broken, steer } = await withDead();
    broken.delete('number 1');
    broken.delete('number 5');
    expect(await steer({ verb: 'redrive' })).toEqual({ verb: 'redrive', subscriber: 'test', count: 3 });
    expect(newest(on)).toBe('ada@desk sent 3 dead letters to test again');
    await to.step();
    expect(got).toEqual(['number 2', 'number 4', 'number 1', 'number 5']);
    expect(to.view()).toMatchObject({ delivered: 4, retried: 0, dead: 1 });
  });

  test('of one event leaves the others dead', async () => {
    const { to, got, broken, ids, steer } = await withDead();
    broken.clear();
    expect(await steer({ verb: 'redrive', events: ids.slice(1, 2) })).toMatchObject({ count: 1 });
    await to.step();
    expect(got.at(-1)).toBe('number 3');
    expect(to.view()).toMatchObject({ dead: 2 });
  });

  test('of an unknown event, or without dead letters, changes nothing', async () => {
    const { to, ids, steer } = await withDead();
    const { message } = await failureOf('event.no-dead-letter', () => steer({ verb: 'redrive', events: [...ids, 'x'] }));
    expect(message).toBe('Cannot redrive dead letters of test because none of them is event x');
    expect(to.view()).toMatchObject({ dead: 3 });
    await steer({ verb: 'drop', reason: 'tested' });
    await failureOf('event.no-dead-letter', () => steer({ verb: 'redrive' }));
  });
});

test('drop removes dead letters for good, and needs a reason', async () => {
  const { on, to, ids, steer } = await withDead();
  await failureOf('config.invalid', () => steer({ verb: 'drop' }));
  expect(await steer({ verb: 'drop', events: ids.slice(0, 1), reason: 'the node is gone' })).toMatchObject({ count: 1 });
  expect(newest(on)).toBe('ada@desk dropped 1 dead letter of test (the node is gone)');
  expect(to.view()).toMatchObject({ dead: 2, retried: 0 });
});

describe('replay', () => {
  test('sends the events of a range to one subscriber once more, in the order of the log', async () => {
    const { on, to, got, broken, steer } = await withDead();
    broken.clear();
    expect(await steer({ verb: 'replay', from: 2, to: 5 })).toMatchObject({ count: 4 });
    expect(newest(on)).toBe('ada@desk sent the 4 events of positions 2 to 5 to test once more');
    for (let k = 0; k < 4; k += 1) await to.step();
    expect(got).toEqual(['number 2', 'number 4', 'number 2', 'number 3', 'number 4', 'number 5']);
    expect(to.view(), 'the dead letters of the range are done').toMatchObject({ dead: 1, retried: 0 });
  });

  test('keeps its order when an event of the range fails', async () => {
    const { on, to, got, broken, steer } = await withDead({ ...limits, triesMax: 2 });
    broken.clear();
    broken.add('number 3');
    got.length = 0;
    await steer({ verb: 'replay', from: 2, to: 5 });
    for (let k = 0; k < 4; k += 1) await to.step();
    expect(got).toEqual(['number 2']);
    broken.clear();
    on.clock.nowMs += 1_000;
    for (let k = 0; k < 4; k += 1) await to.step();
    expect(got).toEqual(['number 2', 'number 3', 'number 4', 'number 5']);
  });

  test('ends at the cursor, because later events come anyway', async () => {
    const { to, broken, steer } = await withDead();
    broken.clear();
    to.note('node-6');
    // The events about the dead letters and the replay are in the log too, and the subscriber does not take them.
    const { position } = to.view();
    expect(await steer({ verb: 'replay', from: 0, to: 1_000 })).toMatchObject({ count: 5 });
    expect(position).toBe(5);
  });

  test('refuses an empty, a reversed and an overlong range, and changes nothing', async () => {
    const { on, to, steer } = await withDead();
    const refused = async (from: number, last: number): Promise<string> =>
      (await failureOf('event.bad-range', () => steer({ verb: 'replay', from, to: last }))).message;
    expect(await refused(5, 2)).toContain('position 5 is behind position 2');
    expect(await refused(900, 1_000)).toContain('test takes no event of that range that it had before (its cursor is at position 5)');
    for (let k = 0; k < 600; k += 1) to.note('many');
    await to.step();
    while (to.view().lag > 0) await to.step();
    expect(await refused(0, 10_000)).toContain('it has more than 500 events that test takes, up to position');
    await failureOf('config.invalid', () => steer({ verb: 'replay', from: 1 }));
    expect(to.view()).toMatchObject({ retried: 0 });
    expect(typesOf(readerOf(on).events({ type: 'EVENTS_REPLAYED' }).events)).toEqual([]);
  });
});

test('a wrong subscriber is refused with the nearest name', async () => {
  const { steer } = await withDead();
  for (const request of [{ verb: 'redrive' }, { verb: 'drop', reason: 'x' }, { verb: 'replay', from: 1, to: 2 }] as const) {
    const { message } = await failureOf('event.unknown-subscriber', () => steer(request, 'tset'));
    expect(message).toContain('there is no subscriber tset (is it test?)');
  }
});
