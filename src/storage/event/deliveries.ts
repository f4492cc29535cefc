/**
 * The cursors of the subscribers, and the events that are not done in order (`src/domain/event/delivery.ts` has the states). Each method is one
 * transaction. A cursor only moves from where its reader found it, so two readers never both move it.
 */
import type { LoggedEvent } from '../../domain/event/event.ts';
import type { Subscription } from '../../domain/event/subscription.ts';
import type { FailureRecord } from '../../domain/failure/record.ts';
import { eventLimits } from '../limits.ts';
import type { Ledger } from '../ledger/open-ledger.ts';
import type { EventLog, EventRow } from './event-log.ts';
import { toLogged } from './logged-event.ts';

/** The events behind a cursor. `to` is the position up to which they were read. */
export interface Batch {
  readonly from: number;
  readonly to: number;
  readonly events: readonly LoggedEvent[];
  /** Milliseconds until the next event is old enough, when one is not. */
  readonly waitMs?: number;
  /** True when further events may follow at once. */
  readonly hasMore: boolean;
}

/** An event that is not done in order. */
export interface LateEvent {
  readonly event: LoggedEvent;
  readonly key: string;
  readonly tries: number;
  readonly nextAtMs: number;
  /** Absent while the event only waits behind an earlier one of its key. */
  readonly failure?: FailureRecord;
  readonly isDead: boolean;
}

/** The outcome of a batch, up to position `to`. */
export interface Delivered {
  readonly from: number;
  readonly to: number;
  readonly done: readonly LoggedEvent[];
  readonly late: readonly LateEvent[];
}

export class Deliveries {
  readonly #log: EventLog;
  readonly #ledger: Ledger;

  constructor(log: EventLog) {
    this.#log = log;
    this.#ledger = log.ledger;
  }

  /** Gives each new subscriber its cursor. Removes the cursor and the rows of a subscriber that left the table, and says what it did not get. */
  register(subscriptions: readonly Subscription[], nowMs: number): void {
    this.#ledger.write('register the subscribers', () => {
      const newest = this.#newest();
      const put = this.#ledger.statement(
        `INSERT INTO subscribers (subscriber, types, position, since_ms, moved_at_ms) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (subscriber) DO UPDATE SET types = excluded.types`,
      );
      for (const { subscriber, takes, begins } of subscriptions)
        put.run(subscriber, JSON.stringify(Object.keys(takes)), begins === 'end' ? newest : 0, nowMs, nowMs);
      const names = new Set(subscriptions.map(({ subscriber }) => subscriber));
      const known = this.#ledger.statement<{ subscriber: string }>('SELECT subscriber FROM subscribers').all();
      for (const { subscriber } of known) if (!names.has(subscriber)) this.#leave(subscriber, nowMs);
    });
  }

  #leave(subscriber: string, nowMs: number): void {
    const left = this.#ledger.statement<{ events: number }>('SELECT count(*) AS events FROM deliveries WHERE subscriber = ?').get(subscriber);
    for (const table of ['subscribers', 'deliveries', 'delivered'])
      this.#ledger.statement(`DELETE FROM ${table} WHERE subscriber = ?`).run(subscriber);
    const count = left?.events ?? 0;
    if (count > 0) this.#log.note('EVENTS_SKIPPED', { subscriber, count, because: 'the subscriber left the table of subscriptions' }, { nowMs });
  }

  /** Returns the first new events of a subscriber, at most `max`, in the order of their positions. Returns none while it has `retriedMax` retried events. */
  batch({ subscriber, waitMs }: Pick<Subscription, 'subscriber' | 'waitMs'>, max: number, nowMs: number): Batch | undefined {
    return this.#ledger.read('read the events of a subscriber', () => {
      const cursor = this.#ledger.statement<{ position: number }>('SELECT position FROM subscribers WHERE subscriber = ?').get(subscriber);
      if (cursor === undefined) return undefined;
      const from = cursor.position;
      const empty = { from, to: from, events: [], hasMore: false };
      const newest = this.#newest();
      if (newest <= from || this.#count(subscriber, 'retried') >= eventLimits.retriedMax) return empty;
      const oldest = this.#ledger.statement<{ position: number }>('SELECT min(position) AS position FROM events').get()?.position ?? newest;
      const last = Math.min(Math.max(from, oldest - 1) + eventLimits.positionsScannedMax, newest);
      const found = this.#ledger
        .statement<EventRow>(
          `SELECT * FROM events WHERE position > ? AND position <= ?
           AND type IN (SELECT value FROM subscribers s, json_each(s.types) WHERE s.subscriber = ?) ORDER BY position LIMIT ?`,
        )
        .all(from, last, subscriber, max);
      // An event whose time is in the future was recorded before the clock was set back. It does not wait.
      const ageOf = ({ at_ms: atMs }: EventRow): number => nowMs - atMs;
      const young = found.findIndex((row) => ageOf(row) >= 0 && ageOf(row) < waitMs);
      const rows = young === -1 ? found : found.slice(0, young);
      const next = young === -1 ? undefined : found[young];
      const isFull = found.length === max;
      const to = next === undefined ? (isFull ? (found.at(-1)?.position ?? last) : last) : next.position - 1;
      return {
        from,
        to,
        events: rows.map(toLogged),
        hasMore: next === undefined && to < newest,
        ...(next === undefined ? {} : { waitMs: waitMs - ageOf(next) }),
      };
    });
  }

  /** Returns the keys of which an event is retried. Later events of such a key wait. */
  retriedKeys(subscriber: string): ReadonlySet<string> {
    const rows = this.#ledger
      .statement<{ key: string }>(`SELECT DISTINCT key FROM deliveries WHERE subscriber = ? AND state = 'retried'`)
      .all(subscriber);
    return new Set(rows.map(({ key }) => key));
  }

  /** Returns the retried events whose time has come and that are the first of their key, and the time of the next one. */
  due(subscriber: string, nowMs: number): { readonly events: readonly LateEvent[]; readonly nextAtMs?: number } {
    return this.#ledger.read('read the retried events', () => {
      const rows = this.#ledger
        .statement<{ key: string; position: number; tries: number; next_at_ms: number; event: string }>(
          `SELECT key, min(position) AS position, tries, next_at_ms, event FROM deliveries WHERE subscriber = ? AND state = 'retried'
           GROUP BY key ORDER BY next_at_ms, position LIMIT ?`,
        )
        .all(subscriber, eventLimits.dueMax);
      const due = rows.filter((row) => row.next_at_ms <= nowMs);
      const later = rows.find((row) => row.next_at_ms > nowMs);
      return {
        events: due.map((row) => ({
          event: JSON.parse(row.event) as LoggedEvent,
          key: row.key,
          tries: row.tries,
          nextAtMs: row.next_at_ms,
          isDead: false,
        })),
        ...(later === undefined ? {} : { nextAtMs: later.next_at_ms }),
      };
    });
  }

  /** Moves a cursor over the events of a batch. Returns false when the cursor is no longer where the batch began. */
  advance(subscriber: string, { from, to, done, late }: Delivered, nowMs: number): boolean {
    return this.#ledger.write('move the cursor of a subscriber', () => {
      const { changes } = this.#ledger
        .statement('UPDATE subscribers SET position = ?, moved_at_ms = ? WHERE subscriber = ? AND position = ?')
        .run(to, nowMs, subscriber, from);
      if (changes === 0) return false;
      this.#countDone(subscriber, done);
      for (const one of late) this.#put(subscriber, one, nowMs);
      return true;
    });
  }

  /** Records how the delivery of a retried event ended. Without `late`, the event is done. */
  settle(subscriber: string, event: LoggedEvent, late: LateEvent | undefined, nowMs: number): void {
    this.#ledger.write('record a delivery', () => {
      if (late !== undefined) return this.#put(subscriber, late, nowMs);
      // An operator may have dropped the row meanwhile. The handler has run all the same.
      this.#ledger.statement(`DELETE FROM deliveries WHERE subscriber = ? AND position = ?`).run(subscriber, event.position);
      return this.#countDone(subscriber, [event]);
    });
  }

  #put(subscriber: string, { event, key, tries, nextAtMs, failure, isDead }: LateEvent, nowMs: number): void {
    const isFirst = isDead && this.#count(subscriber, 'dead') === 0;
    this.#ledger
      .statement(
        `INSERT OR REPLACE INTO deliveries (subscriber, position, key, state, tries, next_at_ms, changed_at_ms, event, failure)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        subscriber,
        event.position,
        key,
        isDead ? 'dead' : 'retried',
        tries,
        Math.round(nextAtMs),
        nowMs,
        JSON.stringify(event),
        failure === undefined ? null : JSON.stringify(failure),
      );
    if (!isDead) return;
    if (isFirst && failure !== undefined) {
      const { code, message } = failure;
      this.#log.note('DEAD_LETTER_ADDED', { subscriber, event: event.id, type: event.type, tries, code, message }, { nowMs, cause: event.id });
    }
    this.#dropOldestDead(subscriber, nowMs);
  }

  /** Removes the dead letters over the limit. The next event about skipped events counts them. */
  #dropOldestDead(subscriber: string, nowMs: number): void {
    const over = this.#count(subscriber, 'dead') - eventLimits.deadMax;
    if (over <= 0) return;
    this.#ledger
      .statement(
        `DELETE FROM deliveries WHERE subscriber = ? AND position IN
         (SELECT position FROM deliveries WHERE subscriber = ? AND state = 'dead' ORDER BY position LIMIT ?)`,
      )
      .run(subscriber, subscriber, over);
    this.#ledger
      .statement('UPDATE subscribers SET skipped = skipped + ?, unsaid = unsaid + ?, skipped_at_ms = ? WHERE subscriber = ?')
      .run(over, over, nowMs, subscriber);
  }

  #countDone(subscriber: string, done: readonly LoggedEvent[]): void {
    const counts = new Map<string, { events: number; newestAtMs: number }>();
    for (const { type, atMs } of done) {
      const { events, newestAtMs } = counts.get(type) ?? { events: 0, newestAtMs: 0 };
      counts.set(type, { events: events + 1, newestAtMs: Math.max(newestAtMs, atMs) });
    }
    const add = this.#ledger.statement(
      `INSERT INTO delivered (subscriber, type, events, newest_at_ms) VALUES (?, ?, ?, ?)
       ON CONFLICT (subscriber, type) DO UPDATE SET events = events + excluded.events, newest_at_ms = max(newest_at_ms, excluded.newest_at_ms)`,
    );
    for (const [type, { events, newestAtMs }] of counts) add.run(subscriber, type, events, newestAtMs);
  }

  #count(subscriber: string, state: 'retried' | 'dead'): number {
    return (
      this.#ledger
        .statement<{ events: number }>('SELECT count(*) AS events FROM deliveries WHERE subscriber = ? AND state = ?')
        .get(subscriber, state)?.events ?? 0
    );
  }

  #newest(): number {
    return this.#ledger.statement<{ seq: number }>(`SELECT seq FROM sqlite_sequence WHERE name = 'events'`).get()?.seq ?? 0;
  }
}
