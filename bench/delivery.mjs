/**
 * Measures how fast events reach a handler, on real files, with the code of the ledger worker: its event duty, its pump and the activity `deliverEvents`.
 *   latency   Publishes at a steady rate, and measures from the end of `publish` to the call of the handler.
 *   drain     Delivers a log that is full of events to one subscriber that had none of them.
 *   append    Appends batches of 500 events.
 * The peer in the same run is a Redis stream: XADD, and a consumer group with XREADGROUP and XACK in another connection. Its server appends to a file.
 * Usage: npx tsc -b workers && node bench/delivery.mjs [seconds]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { deliverEvents } from '../dist/activities/ledger/event/deliver-events.js';
import { handler } from '../dist/activities/ledger/event/handler.js';
import { newEvent } from '../dist/src/domain/event/new-event.js';
import { EventLogDoor } from '../dist/src/storage/event/event-log-door.js';
import { eventId } from '../dist/src/storage/event/event-id.js';
import { publish } from '../dist/src/storage/event/publish.js';
import { openLedgers } from '../dist/src/storage/ledger/ledgers.js';
import { startEventDuty } from '../dist/workers/ledger/event-duty.js';
import { startRedis } from './redis-peer.mjs';
import { quantile, round, roundRatio, timed } from './transport/measure.mjs';

const seconds = Number(process.argv[2] ?? 10);
const [backlog, batch] = [50_000, 500];
const folder = mkdtempSync(join(tmpdir(), 'ringmaster-bench-'));
const retention = { ageMs: 1e15, eventsMax: 1e9 };
const takes = { NODE_SUSPECT: 1 };
const subscription = {
  subscriber: 'bench',
  does: 'Measures.',
  takes,
  begins: 'beginning',
  waitMs: 0,
  gapMs: 0,
  limits: { triesMax: 3, pauseMs: 1_000, pauseMsMax: 1_000, handlerMsMax: 10_000 },
};
const evidence = 'no answer for 5 s, of the benchmark';

/** Starts the event duty and the delivery on new files. `handle` gets the events of each call. */
function startOurs(name, handle) {
  const state = join(folder, name);
  const ledgers = openLedgers(state);
  const door = new EventLogDoor(state, [subscription], Date.now);
  const deliver = deliverEvents({
    door,
    subscriptions: [subscription],
    handlers: { bench: handler({ takes, keyOf: () => 'bench', handle }) },
    stopping: new AbortController().signal,
    now: Date.now,
  });
  return {
    ledgers,
    door,
    run: () => {
      const endDuty = startEventDuty({ state, ledgers, door, retention, now: Date.now });
      const stop = new AbortController();
      const ended = deliver({ maxMs: 3_600_000 }, stop.signal);
      return async () => {
        stop.abort();
        await ended;
        endDuty();
        ledgers.close();
      };
    },
  };
}

/** Calls `one` at a steady rate, and returns how often. A call that is late is made up for. */
async function atRate(perSecond, one) {
  const count = Math.max(20, perSecond * seconds);
  const from = performance.now();
  for (let k = 0; k < count; k += 1) {
    const waitMs = from + (k * 1_000) / perSecond - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    one(k);
  }
  return count;
}

async function until(isDone, limitMs = 30_000) {
  for (const endMs = performance.now() + limitMs; !isDone(); await sleep(10))
    if (performance.now() > endMs) throw new Error('the events did not arrive within 30 s');
}

const figures = (latencies) => ({
  p50Ms: round(quantile(latencies, 0.5)),
  p99Ms: round(quantile(latencies, 0.99)),
  maxMs: round(Math.max(...latencies)),
  events: latencies.length,
});

async function ourLatency(perSecond) {
  const [sent, latencies] = [new Map(), []];
  const ours = startOurs(`rate-${perSecond}`, async (events) => {
    const nowMs = performance.now();
    for (const { payload } of events) latencies.push(nowMs - sent.get(payload.node));
  });
  const end = ours.run();
  const { ledger } = ours.ledgers.resources;
  const count = await atRate(perSecond, (k) => {
    publish(ledger, 'NODE_SUSPECT', { node: `n${k}`, to: 'suspect', evidence }, { atMs: Date.now(), actor: 'bench' });
    sent.set(`n${k}`, performance.now());
  });
  await until(() => latencies.length === count);
  await end();
  return figures(latencies);
}

/** Reads a stream in a consumer group, and calls `got` with the entries of each read, until it returns true. */
async function consume(client, stream, got) {
  for (;;) {
    const reply = await client.send('XREADGROUP', 'GROUP', 'g', 'c', 'COUNT', batch, 'BLOCK', 1_000, 'STREAMS', stream, '>');
    const entries = reply === null ? [] : reply[0][1];
    const isDone = got(entries);
    if (entries.length > 0) await client.send('XACK', stream, 'g', ...entries.map(([id]) => id));
    if (isDone) return;
  }
}

async function redisLatency(redis, perSecond) {
  const stream = `rate-${perSecond}`;
  const [writer, reader] = [await redis.open(), await redis.open()];
  await reader.send('XGROUP', 'CREATE', stream, 'g', '0', 'MKSTREAM');
  const [sent, latencies] = [new Map(), []];
  let count = Number.POSITIVE_INFINITY;
  const reading = consume(reader, stream, (entries) => {
    const nowMs = performance.now();
    for (const [, [, node]] of entries) latencies.push(nowMs - sent.get(node));
    return latencies.length >= count;
  });
  count = await atRate(perSecond, (k) => {
    void writer.send('XADD', stream, '*', 'node', `n${k}`, 'evidence', evidence);
    sent.set(`n${k}`, performance.now());
  });
  await reading;
  for (const client of [writer, reader]) client.close();
  return figures(latencies);
}

const events = Array.from({ length: backlog }, (_, k) =>
  newEvent('NODE_SUSPECT', { node: `n${k}`, to: 'suspect', evidence }, { id: eventId(k), atMs: k, actor: 'bench' }),
);
const batches = Array.from({ length: backlog / batch }, (_, k) => events.slice(k * batch, (k + 1) * batch));

async function ourThroughput() {
  let got = 0;
  const ours = startOurs('backlog', async (some) => void (got += some.length));
  const append = await timed(async () => {
    for (const some of batches) ours.door.use(({ log }) => log.append(some, retention, 0));
  });
  const end = ours.run();
  const drain = await timed(() => until(() => got === backlog, 120_000));
  await end();
  return { appendPerSecond: Math.round(backlog / (append.took / 1_000)), drainPerSecond: Math.round(backlog / (drain.took / 1_000)) };
}

async function redisThroughput(redis) {
  const client = await redis.open();
  await client.send('XGROUP', 'CREATE', 'backlog', 'g', '0', 'MKSTREAM');
  const append = await timed(async () => {
    for (const some of batches)
      await client.sendAll(
        some.map(({ id, type, atMs, about, actor, payload }) => [
          'XADD',
          'backlog',
          '*',
          'id',
          id,
          'type',
          type,
          'at',
          atMs,
          'about',
          JSON.stringify(about),
          'actor',
          actor,
          'payload',
          JSON.stringify(payload),
        ]),
      );
  });
  let got = 0;
  const drain = await timed(() => consume(client, 'backlog', (entries) => (got += entries.length) >= backlog));
  client.close();
  return { appendPerSecond: Math.round(backlog / (append.took / 1_000)), drainPerSecond: Math.round(backlog / (drain.took / 1_000)) };
}

const redis = await startRedis();
try {
  for (const perSecond of [5, 500]) {
    const peer = await redisLatency(redis, perSecond);
    const ours = await ourLatency(perSecond);
    console.log(JSON.stringify({ bench: 'delivery', what: 'publish to handler', perSecond, ours, redis: peer }));
  }
  const peer = await redisThroughput(redis);
  const ours = await ourThroughput();
  console.log(
    JSON.stringify({
      bench: 'delivery',
      what: 'append and drain',
      events: backlog,
      ours,
      redis: peer,
      appendToRedis: roundRatio(ours.appendPerSecond / peer.appendPerSecond),
      drainToRedis: roundRatio(ours.drainPerSecond / peer.drainPerSecond),
    }),
  );
} finally {
  await redis.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
