/** Tests how events reach their subscribers: in order, once each in effect, past failures and restarts. */
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { DeliverTo } from '../../../activities/ledger/event/deliver-to.ts';
import { deliveryHang } from '../../../activities/limits.ts';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import { eventually } from '../../support/eventually.ts';
import { ledgerHarness } from '../state-folder.ts';
import { delivering, evidenceOf, type Handle } from './delivering.ts';
import { readerOf, typesOf } from './pumped.ts';

/** Returns a handler that keeps what it got, and that fails for the events whose evidence `fails` names. */
function keeping(fails: readonly string[] = [], failure: Error = new Error('it broke')) {
  const got: string[] = [];
  const broken = new Set(fails);
  const handle: Handle = async (events) => {
    if (events.some(({ payload }) => broken.has(payload.evidence))) throw failure;
    got.push(...evidenceOf(events));
  };
  return { got, broken, handle };
}
const unavailable = new RingmasterError('server.unavailable', { cannot: 'signal', because: 'the server is away', hint: { say: 'waiting' } });

test('events are delivered in the order of the log, and the cursor moves behind them', async () => {
  const on = ledgerHarness();
  const { got, handle } = keeping();
  const to = delivering(on, handle);
  const all = ['a', 'b', 'a'].map((node) => to.note(node));
  expect(to.view()).toMatchObject({ lag: 3, delivered: 0, position: 0 });
  await to.step();
  expect(got.toSorted()).toEqual(all);
  expect(to.view()).toMatchObject({ lag: 0, delivered: 3, position: 3 });
  await to.step();
  expect(got).toHaveLength(3);
});

test('events of one key share a call, in their order', async () => {
  const calls: (readonly string[])[] = [];
  const to = delivering(ledgerHarness(), async (events) => void calls.push(evidenceOf(events)));
  for (const node of ['a', 'b', 'a']) to.note(node);
  await to.step();
  expect(calls).toEqual([['number 1', 'number 3'], ['number 2']]);
});

test('a subscriber that begins at the end gets only later events, and one that begins at the beginning gets all', async () => {
  const on = ledgerHarness();
  const first = keeping();
  delivering(on, first.handle).note('a');
  const late = keeping();
  const atEnd = delivering(on, late.handle, { subscriber: 'late', begins: 'end' });
  atEnd.note('a', 2);
  await atEnd.step();
  expect(late.got).toEqual(['number 2']);
  const whole = keeping();
  const atBeginning = delivering(on, whole.handle, { subscriber: 'whole', begins: 'beginning' });
  await atBeginning.step();
  expect(whole.got).toEqual(['number 1', 'number 2']);
});

test('an event is delivered when it has the age that the subscription names', async () => {
  const on = ledgerHarness();
  const { got, handle } = keeping();
  const to = delivering(on, handle, { waitMs: 2_000 });
  to.note('a');
  on.clock.nowMs += 500;
  to.note('b');
  expect(await to.step()).toEqual({ inMs: 1_500 });
  on.clock.nowMs += 1_500;
  expect(await to.step()).toEqual({ inMs: 500 });
  expect(got).toEqual(['number 1']);
  on.clock.nowMs += 500;
  await to.step();
  expect(got).toEqual(['number 1', 'number 2']);
});

describe('an event whose handler fails', () => {
  test('is retried with growing pauses, holds up its key only, and is dead at last', async () => {
    const on = ledgerHarness();
    const { got, handle } = keeping(['number 2']);
    const to = delivering(on, handle);
    for (const node of ['a', 'a', 'b', 'a']) to.note(node);
    await to.step();
    expect(got).toEqual(['number 1', 'number 3']);
    expect(to.view()).toMatchObject({ delivered: 2, retried: 2, dead: 0, position: 4 });
    await to.step();
    expect(got, 'the pause has not passed').toHaveLength(2);
    on.clock.nowMs += 1_000;
    await to.step();
    expect(to.view()).toMatchObject({ retried: 2 });
    on.clock.nowMs += 2_000;
    await to.step();
    expect(to.view(), 'the third try was the last').toMatchObject({ retried: 1, dead: 1 });
    await to.step();
    expect(got, 'the event behind it goes on').toEqual(['number 1', 'number 3', 'number 4']);
    expect(to.view()).toMatchObject({ delivered: 3, retried: 0, dead: 1, lag: 0 });
    const [letter] = readerOf(on).deadLetters({});
    expect(letter).toMatchObject({ subscriber: 'test', tries: 3, event: { type: 'NODE_SUSPECT', payload: { evidence: 'number 2' } } });
    expect(letter?.failure?.message).toContain('it broke');
  });

  test('is done when a later try succeeds', async () => {
    const on = ledgerHarness();
    const { got, broken, handle } = keeping(['number 1']);
    const to = delivering(on, handle);
    to.note('a');
    await to.step();
    broken.clear();
    on.clock.nowMs += 1_000;
    await to.step();
    expect(got).toEqual(['number 1']);
    expect(to.view()).toMatchObject({ delivered: 1, retried: 0, dead: 0 });
  });

  test('delays a later event of its key that came afterwards', async () => {
    const on = ledgerHarness();
    const { got, broken, handle } = keeping(['number 1']);
    const to = delivering(on, handle);
    to.note('a');
    await to.step();
    to.note('a');
    to.note('b');
    await to.step();
    expect(got).toEqual(['number 3']);
    broken.clear();
    on.clock.nowMs += 1_000;
    await to.step();
    await to.step();
    expect(got).toEqual(['number 3', 'number 1', 'number 2']);
  });

  test('raises one event for the first dead letter of a subscriber', async () => {
    const on = ledgerHarness();
    const { handle } = keeping(['number 1', 'number 2']);
    const to = delivering(on, handle, { limits: { triesMax: 1, pauseMs: 1, pauseMsMax: 1, handlerMsMax: 1_000 } });
    to.note('a');
    to.note('b');
    await to.step();
    const { events } = readerOf(on).events({});
    expect(typesOf(events)).toEqual(['NODE_SUSPECT', 'NODE_SUSPECT', 'DEAD_LETTER_ADDED']);
    expect(events[2]?.cause).toBe(events[0]?.id);
    expect(events[2]?.text).toMatch(/^NODE_SUSPECT \S+ is dead for test after 1 try: /);
    expect(to.view()).toMatchObject({ dead: 2 });
  });

  test('is failed by a handler that hangs, at its limit, and the signal of the handler aborts', async () => {
    const on = ledgerHarness();
    let aborted = false;
    const to = delivering(
      on,
      (_events, signal) =>
        new Promise(() => {
          signal.addEventListener('abort', () => (aborted = true));
        }),
      { limits: { triesMax: 1, pauseMs: 1, pauseMsMax: 1, handlerMsMax: 50 } },
    );
    to.note('a');
    await to.step();
    expect(aborted).toBe(true);
    expect(readerOf(on).deadLetters({})[0]?.failure).toMatchObject({ code: 'event.handler-slow' });
  });
});

test('while the way is closed the subscriber rests, counts no try, and loses nothing', async () => {
  const on = ledgerHarness();
  const { got, broken, handle } = keeping(['number 2'], unavailable);
  const to = delivering(on, handle);
  for (const node of ['a', 'b', 'c']) to.note(node);
  expect(await to.step()).toEqual({ inMs: 1_000, rests: true });
  expect(await to.step()).toEqual({ inMs: 2_000, rests: true });
  expect(to.view()).toMatchObject({ position: 1, delivered: 1, retried: 0, lag: 2 });
  broken.clear();
  await to.step();
  expect([...new Set(got)]).toEqual(['number 1', 'number 2', 'number 3']);
  expect(to.view()).toMatchObject({ position: 3, lag: 0, dead: 0 });
});

test('an event of another version, or whose payload does not fit, is dead at once and stops no other', async () => {
  const on = ledgerHarness();
  const { got, handle } = keeping();
  const to = delivering(on, handle);
  to.note('a');
  to.note('a');
  to.note('a');
  to.door.use(({ log }) => {
    log.ledger.statement('UPDATE events SET version = 9 WHERE position = 1').run();
    log.ledger.statement(`UPDATE events SET payload = '{"node":7}' WHERE position = 2`).run();
  });
  await to.step();
  expect(got).toEqual(['number 3']);
  const letters = readerOf(on).deadLetters({});
  expect(letters.map(({ failure }) => failure?.code)).toEqual(['event.other-version', 'event.other-version']);
});

test('a cursor that another reader has moved stays where it is', async () => {
  const on = ledgerHarness();
  const { got, handle } = keeping();
  const to = delivering(on, async (events, signal) => {
    await handle(events, signal);
    to.door.use(({ log }) => log.ledger.statement('UPDATE subscribers SET position = 2').run());
  });
  to.note('a');
  await to.step();
  expect(got).toEqual(['number 1']);
  expect(to.view()).toMatchObject({ position: 2, delivered: 0 });
});

test('a subscriber that left the table loses its cursor, and the log says what it did not get', async () => {
  const on = ledgerHarness();
  const { handle } = keeping(['number 1']);
  const to = delivering(on, handle);
  to.note('a');
  await to.step();
  to.door.close();
  const other = delivering(on, async () => undefined, { subscriber: 'other', begins: 'end' });
  other.note('b', 2);
  expect(
    readerOf(on)
      .subscriptions()
      .subscribers.map(({ subscriber }) => subscriber),
  ).toEqual(['other']);
  const { events } = readerOf(on).events({ type: 'EVENTS_SKIPPED' });
  expect(events[0]?.text).toBe('test did not get 1 event: the subscriber left the table of subscriptions');
});

describe('the activity', () => {
  test('delivers what is published while it runs, and ends when it is cancelled', async () => {
    const on = ledgerHarness();
    const { got, handle } = keeping();
    const to = delivering(on, handle);
    const stop = to.start();
    for (let k = 1; k <= 20; k += 1) to.note(`node-${k % 3}`);
    await eventually('all events', () => got.length === 20);
    expect(await stop()).toMatchObject({ subscribers: [{ subscriber: 'test', done: 20, failed: 0 }] });
  });

  test('ends at its time', async () => {
    const to = delivering(ledgerHarness(), async () => undefined);
    expect(await to.runFor(50)).toEqual({ subscribers: [{ subscriber: 'test', done: 0, failed: 0 }] });
  });

  test('ends when the worker is to end, and a later call ends at once', async () => {
    const on = ledgerHarness();
    const { got, handle } = keeping();
    const to = delivering(on, handle);
    const run = to.runFor(60_000);
    to.note('a');
    await eventually('the event', () => got.length === 1);
    to.stopWorker();
    expect(await run).toMatchObject({ subscribers: [{ done: 1 }] });
    expect(await to.runFor(60_000)).toMatchObject({ subscribers: [{ done: 0 }] });
  });

  test('ends although a handler hangs', async () => {
    const on = ledgerHarness();
    let called = false;
    const to = delivering(on, () => {
      called = true;
      return new Promise(() => undefined);
    });
    to.note('a');
    const stop = to.start();
    await eventually('the call of the handler', () => called);
    await stop();
    expect(to.view()).toMatchObject({ position: 0, retried: 0, dead: 0 });
  });

  test('fails when a step hangs, and the next call delivers', async () => {
    const on = ledgerHarness();
    const { got, handle } = keeping();
    const to = delivering(on, handle);
    const step = vi.spyOn(DeliverTo.prototype, 'step').mockImplementationOnce(() => new Promise(() => undefined));
    onTestFinished(() => step.mockRestore());
    to.note('a');
    await expect(to.runFor(60_000)).rejects.toMatchObject({ code: 'daemon.hangs', fields: { daemon: 'EVENT_ROUTER', subscriber: 'test' } });
    expect(got).toEqual([]);
    await to.runFor(50);
    expect(got).toHaveLength(1);
  });

  test('does not take a slow handler for a hang', async () => {
    const on = ledgerHarness();
    const slowMs = deliveryHang.lookMs * (deliveryHang.looks + 2);
    const to = delivering(on, () => new Promise((resolve) => setTimeout(resolve, slowMs)));
    to.note('a');
    const stop = to.start();
    await eventually('the event', () => to.view().delivered === 1, { limitMs: 20_000 });
    expect(await stop()).toMatchObject({ subscribers: [{ done: 1 }] });
  });

  test('delivers once when two calls overlap', async () => {
    const on = ledgerHarness();
    const { got, handle } = keeping();
    const to = delivering(on, handle);
    const first = to.start();
    const second = to.start();
    for (let k = 1; k <= 10; k += 1) to.note('a');
    await eventually('all events', () => got.length >= 10);
    await Promise.all([first(), second()]);
    expect(got).toHaveLength(10);
  });
});
