import { expect, test } from 'vitest';
import type { RecordedEvent } from '../../../src/domain/event/event.ts';
import { thing } from '../../../src/domain/event/thing.ts';
import { openOneLedger } from '../../../src/storage/ledger/ledgers.ts';
import { stateFolder } from '../state-folder.ts';
import { readerOf } from './pumped.ts';

const forEver = { ageMs: 1e12, eventsMax: 1e9 };
const event = (k: number, over: Partial<RecordedEvent> = {}): RecordedEvent => ({
  id: `id-${String(k).padStart(6, '0')}`,
  type: 'NODE_SUSPECT',
  version: 1,
  atMs: 1_000 + k,
  about: [thing('node', `gpu-${k % 10}`)],
  actor: 'sweep',
  payload: { node: `gpu-${k % 10}`, to: 'suspect', evidence: `number ${k}` },
  ...over,
});
const many = (from: number, to: number): readonly RecordedEvent[] => Array.from({ length: to - from }, (_, k) => event(from + k));

function opened() {
  const folder = stateFolder();
  return { log: openOneLedger(folder, 'events'), read: readerOf({ folder }) };
}

test('an event is stored once, and its position never changes', () => {
  const { log, read } = opened();
  expect(log.append(many(0, 3), forEver, 0)).toBe(3);
  expect(log.append(many(1, 5), forEver, 0)).toBe(2);
  const { events } = read.events({});
  expect(events.map(({ id }) => id)).toEqual(many(0, 5).map(({ id }) => id));
  expect(events.map(({ position }) => position)).toEqual(events.map(({ position }) => position).toSorted((a, b) => a - b));
  expect(read.eventStats()).toMatchObject({
    log: { events: 5, newestPosition: events.at(-1)?.position },
    types: [{ type: 'NODE_SUSPECT', events: 5 }],
  });
  log.close();
});

test('filters by time, type and thing, and shows the newest that fit', () => {
  const { log, read } = opened();
  log.append([...many(0, 300), event(300, { type: 'NODE_LOST', payload: { node: 'gpu-0', to: 'lost', evidence: 'test' } })], forEver, 0);
  const texts = (filter: Parameters<typeof read.events>[0]): readonly unknown[] =>
    read.events(filter).events.map(({ payload }) => payload['evidence']);
  expect(texts({ limit: 2 })).toEqual(['number 299', 'test']);
  expect(read.events({ limit: 2 }).hasMore).toBe(true);
  expect(texts({ sinceMs: 1_010, untilMs: 1_012 })).toEqual(['number 10', 'number 11']);
  expect(texts({ type: 'NODE_LOST' })).toEqual(['test']);
  expect(texts({ about: 'gpu-7', limit: 2 })).toEqual(['number 287', 'number 297']);
  expect(texts({ about: 'node:gpu-7', limit: 1 })).toEqual(['number 297']);
  expect(texts({ about: 'item:gpu-7' })).toEqual([]);
  expect(texts({ after: 299 })).toEqual(['number 299', 'test']);
  expect(texts({ after: 0, about: 'gpu-3', limit: 2 })).toEqual(['number 3', 'number 13']);
  expect(read.events({ about: 'gpu7' }).nearest).toBe('gpu-7');
  expect(read.events({ about: 'nothing-like-it' })).not.toHaveProperty('nearest');
  log.close();
});

test('the log keeps no more events than its limits, and a position is not given out twice', () => {
  const { log, read } = opened();
  log.append(many(0, 200), forEver, 0);
  log.append(many(200, 260), { ageMs: 1e12, eventsMax: 100 }, 0);
  log.append(many(260, 261), { ageMs: 1e12, eventsMax: 100 }, 0);
  const { events } = read.events({ limit: 1_000 });
  expect(events.map(({ position }) => position)).toEqual(Array.from({ length: events.length }, (_, k) => 262 - events.length + k));
  expect(events.length).toBeLessThanOrEqual(111);
  expect(log.ledger.statement<{ rows: number }>('SELECT count(*) AS rows FROM about').get()?.rows).toBe(events.length);
  log.append([], { ageMs: 10, eventsMax: 1e9 }, 100_000);
  log.append([], { ageMs: 10, eventsMax: 1e9 }, 100_000);
  expect(read.events({}).events).toEqual([]);
  log.append([event(500)], forEver, 0);
  expect(read.events({}).events[0]?.position).toBe(262);
  log.close();
});
