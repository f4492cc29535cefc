/**
 * Measures how many events a second the event log takes, on real files, with the code of the pump.
 *   append   Appends batches of 500 events, as a step of the pump does: with the index of things, the counts of types and the check of each payload.
 *   pump     Publishes events in an outbox, 50 to a transaction, and moves them to the log.
 *   floor    Uses better-sqlite3 alone in the same run: the same rows, inserted in batches of 500 into one table without a further index.
 * Usage: npx tsc -b src/storage && node bench/events.mjs [events]
 */
import Database from 'better-sqlite3';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newEvent } from '../dist/src/domain/event/new-event.js';
import { eventId } from '../dist/src/storage/event/event-id.js';
import { outboxOf, pumpEvents } from '../dist/src/storage/event/pump-events.js';
import { publish } from '../dist/src/storage/event/publish.js';
import { openLedgers, openOneLedger } from '../dist/src/storage/ledger/ledgers.js';

const events = Number(process.argv[2] ?? 100_000);
const batch = 500;
const folder = mkdtempSync(join(tmpdir(), 'ringmaster-bench-'));
const retention = { ageMs: 1e15, eventsMax: 1e9 };
const payload = (k) => ({
  item: `bench.1.self-play.${k}`,
  epoch: 1,
  node: `gpu-${k % 30}`,
  pipeline: 'bench',
  turn: 1,
  state: 'pending',
  code: 'job.killed',
  message: 'Cannot finish the job because signal 9 ended it',
  attempts: 1,
  attemptsMax: 3,
});
const all = Array.from({ length: events }, (_, k) => newEvent('WORK_RETRY', payload(k), { id: eventId(k), atMs: k, actor: 'ledger' }));
const ms = () => Number(process.hrtime.bigint()) / 1e6;

/** Returns the events per second of `work`, and the longest batch. */
function measured(work) {
  const from = ms();
  let maxMs = 0;
  for (let k = 0; k < events; k += batch) {
    const began = ms();
    work(k);
    maxMs = Math.max(maxMs, ms() - began);
  }
  return { perSecond: Math.round(events / ((ms() - from) / 1_000)), batchMsMax: Number(maxMs.toFixed(1)) };
}

function floor() {
  const db = new Database(join(folder, 'floor.db'));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  db.exec(
    'CREATE TABLE events (position INTEGER PRIMARY KEY, id TEXT, type TEXT, version INTEGER, at_ms INTEGER, about TEXT, cause TEXT, actor TEXT, payload TEXT)',
  );
  const put = db.prepare('INSERT INTO events (id, type, version, at_ms, about, cause, actor, payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const add = db.transaction((some) => {
    for (const { id, type, version, atMs, about, actor, payload: one } of some)
      put.run(id, type, version, atMs, JSON.stringify(about), null, actor, JSON.stringify(one));
  });
  const result = measured((k) => add(all.slice(k, k + batch)));
  db.close();
  return result;
}

function append() {
  const log = openOneLedger(join(folder, 'append'), 'events');
  const result = measured((k) => log.append(all.slice(k, k + batch), retention, 0));
  log.close();
  return { ...result, bytesPerEvent: Math.round(statSync(join(folder, 'append/data/coordination/events.db')).size / events) };
}

function pump() {
  const ledgers = openLedgers(join(folder, 'pump'));
  const log = openOneLedger(join(folder, 'pump'), 'events');
  const sources = [outboxOf('queue', ledgers.queue.ledger)];
  const result = measured((k) => {
    for (let at = k; at < k + batch; at += 50)
      ledgers.queue.ledger.write('publish', () => {
        for (let one = at; one < at + 50; one += 1) publish(ledgers.queue.ledger, 'WORK_RETRY', payload(one), { atMs: one, actor: 'ledger' });
      });
    pumpEvents(sources, (some) => log.append(some, retention, 0));
  });
  log.close();
  ledgers.close();
  return result;
}

try {
  const before = floor();
  const appended = append();
  const pumped = pump();
  const after = floorAgain();
  console.log(
    JSON.stringify({
      bench: 'events',
      unit: 'event',
      events,
      append: appended,
      pump: pumped,
      floor: before,
      floorAgain: after,
      appendToFloor: Number((appended.perSecond / Math.max(before.perSecond, after.perSecond)).toFixed(3)),
    }),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function floorAgain() {
  rmSync(join(folder, 'floor.db'), { force: true });
  return floor();
}
