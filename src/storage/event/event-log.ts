/**
 * `events.db`: every event once, in the order in which the pump brought it. Rows are only added, and the oldest are removed over a limit.
 *
 * `position` is the number of an event in the log. It only grows, and AUTOINCREMENT never gives a position out twice, so a reader that remembers a
 * position goes on exactly there. `about` has a row for each thing that an event is about. Readers order events by time, because events of two ledgers
 * can arrive in another order than they happened. `published` counts the events of each type, also those that were removed. `delivery-tables.ts` has the
 * tables of the delivery to subscribers.
 */
import type { RecordedEvent } from '../../domain/event/event.ts';
import { newEvent } from '../../domain/event/new-event.ts';
import type { EventRetention } from '../../domain/event/retention.ts';
import { type EventTypeName, isEventType, type PayloadOfType } from '../../domain/event/event-types.ts';
import { given } from '../../base/given.ts';
import type { Ledger, LedgerSchema } from '../ledger/open-ledger.ts';
import { deliveryTables } from './delivery-tables.ts';
import { eventId } from './event-id.ts';
import { payloadFault } from './payload-schema.ts';
import { removeOldEvents, unsaidSkips } from './remove-old-events.ts';

export const eventLogSchema: LedgerSchema = {
  name: 'event log',
  migrations: [
    `
    CREATE TABLE events (
      position INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      type TEXT NOT NULL,
      version INTEGER NOT NULL,
      at_ms INTEGER NOT NULL,
      about TEXT NOT NULL,
      cause TEXT,
      actor TEXT NOT NULL,
      payload TEXT NOT NULL
    ) STRICT;
    CREATE INDEX events_at ON events (at_ms, position);
    CREATE INDEX events_type ON events (type, at_ms, position);
    CREATE INDEX events_cause ON events (cause) WHERE cause IS NOT NULL;
    CREATE TABLE about (thing TEXT NOT NULL, at_ms INTEGER NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (thing, at_ms, position)) STRICT, WITHOUT ROWID;
    CREATE TABLE published (type TEXT PRIMARY KEY, events INTEGER NOT NULL, newest_at_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    `,
    deliveryTables,
  ],
};

export interface EventRow {
  readonly position: number;
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly at_ms: number;
  readonly about: string;
  readonly cause: string | null;
  readonly actor: string;
  readonly payload: string;
}

export class EventLog {
  readonly ledger: Ledger;

  constructor(ledger: Ledger) {
    this.ledger = ledger;
  }

  /**
   * Adds events in one transaction, and returns how many are new. An event whose id the log has is ignored. Old events are removed over the limits; the
   * limit of age counts from the removal time.
   */
  append(events: readonly RecordedEvent[], retention: EventRetention, nowMs: number, removalMs = nowMs): number {
    return this.ledger.write('append to the event log', () => {
      const added = this.#add(events);
      removeOldEvents(this.ledger, events.length, retention, { nowMs, removalMs });
      for (const { subscriber, count } of unsaidSkips(this.ledger, nowMs))
        this.note('EVENTS_SKIPPED', { subscriber, count, because: 'the log or its dead letters were over their limit' }, { nowMs });
      return added;
    });
  }

  /** Adds an event of the log's own. Call this in the transaction that makes the change. */
  note<Name extends EventTypeName>(
    type: Name,
    payload: PayloadOfType<Name>,
    { nowMs, actor = 'event log', cause }: { readonly nowMs: number; readonly actor?: string; readonly cause?: string },
  ): void {
    this.ledger.write(`note ${type}`, () => this.#add([newEvent(type, payload, { id: eventId(nowMs), atMs: nowMs, actor, ...given({ cause }) })]));
  }

  #add(events: readonly RecordedEvent[]): number {
    const counts = new Map<string, { events: number; newestAtMs: number }>();
    let added = 0;
    for (const event of events) {
      const stored = fitting(event);
      if (!this.#insert(stored)) continue;
      added += 1;
      const count = counts.get(stored.type) ?? { events: 0, newestAtMs: 0 };
      counts.set(stored.type, { events: count.events + 1, newestAtMs: Math.max(count.newestAtMs, stored.atMs) });
    }
    const put = this.ledger.statement(
      `INSERT INTO published (type, events, newest_at_ms) VALUES (?, ?, ?)
       ON CONFLICT (type) DO UPDATE SET events = events + excluded.events, newest_at_ms = max(newest_at_ms, excluded.newest_at_ms)`,
    );
    for (const [type, count] of counts) put.run(type, count.events, count.newestAtMs);
    return added;
  }

  #insert({ id, type, version, atMs, about, cause, actor, payload }: RecordedEvent): boolean {
    const { changes, lastInsertRowid } = this.ledger
      .statement(
        'INSERT INTO events (id, type, version, at_ms, about, cause, actor, payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING',
      )
      .run(id, type, version, atMs, JSON.stringify(about), cause ?? null, actor, JSON.stringify(payload));
    if (changes === 0) return false;
    const link = this.ledger.statement('INSERT OR IGNORE INTO about (thing, at_ms, position) VALUES (?, ?, ?)');
    for (const thing of about) link.run(thing, atMs, lastInsertRowid);
    return true;
  }

  close(): void {
    this.ledger.close();
  }
}

/** Returns the event, or an event that says why it does not fit its type. */
function fitting(event: RecordedEvent): RecordedEvent {
  const { id, type, atMs, actor, cause, payload } = event;
  const because = isEventType(type) ? payloadFault(type, payload) : 'there is no such type';
  return because === undefined ? event : newEvent('EVENT_REFUSED', { type, because }, { id, atMs, actor, cause });
}
