/**
 * `events.db`: every event once, in the order in which the pump brought it. Rows are only added, and the oldest are removed over a limit.
 *
 * `position` is the number of an event in the log. It only grows, and AUTOINCREMENT never gives a position out twice, so a reader that remembers a
 * position goes on exactly there. `about` has a row for each thing that an event is about. Readers order events by time, because events of two ledgers
 * can arrive in another order than they happened. `published` counts the events of each type, also those that were removed.
 */
import type { RecordedEvent } from '../../domain/event/event.ts';
import { isEventType } from '../../domain/event/event-types.ts';
import { newEvent } from '../../domain/event/new-event.ts';
import type { EventRetention } from '../../domain/event/retention.ts';
import { eventLimits } from '../limits.ts';
import type { Ledger, LedgerSchema } from '../ledger/open-ledger.ts';
import { payloadFault } from './payload-schema.ts';

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

  /** Adds events in one transaction, and returns how many are new. An event whose id the log has is ignored. Old events are removed over the limits. */
  append(events: readonly RecordedEvent[], retention: EventRetention, nowMs: number): number {
    return this.ledger.write('append to the event log', () => {
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
      this.#removeOld(events.length, retention, nowMs);
      return added;
    });
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

  /** Removes the oldest events that are over a limit. At most twice as many go as were added, so the log shrinks and no transaction is long. */
  #removeOld(added: number, { eventsMax, ageMs }: EventRetention, nowMs: number): void {
    const newest = this.ledger.statement<{ position: number | null }>('SELECT max(position) AS position FROM events').get()?.position ?? 0;
    // While the oldest event is within the limits, only that one is read.
    const oldest = this.ledger.statement<Pick<EventRow, 'position' | 'at_ms'>>('SELECT position, at_ms FROM events ORDER BY position LIMIT 1').get();
    if (oldest === undefined || (oldest.position > newest - eventsMax && oldest.at_ms >= nowMs - ageMs)) return;
    const old = this.ledger
      .statement<Pick<EventRow, 'position' | 'at_ms' | 'about'>>(
        `SELECT position, at_ms, about FROM (SELECT position, at_ms, about FROM events ORDER BY position LIMIT ?) WHERE position <= ? OR at_ms < ?`,
      )
      .all(2 * Math.max(added, eventLimits.removedMin), newest - eventsMax, nowMs - ageMs);
    const unlink = this.ledger.statement('DELETE FROM about WHERE thing = ? AND at_ms = ? AND position = ?');
    const remove = this.ledger.statement('DELETE FROM events WHERE position = ?');
    for (const { position, at_ms: atMs, about } of old) {
      for (const thing of JSON.parse(about) as string[]) unlink.run(thing, atMs, position);
      remove.run(position);
    }
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
