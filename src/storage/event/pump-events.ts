/**
 * Moves the events of the outboxes to the event log: read, append, remove.
 *
 * | the process dies                   | then                                                                                              |
 * |------------------------------------|---------------------------------------------------------------------------------------------------|
 * | before the append                  | the events are still in the outboxes                                                              |
 * | between the append and the removal | the events are read again, and the log ignores them by their ids                                  |
 * | after the removal                  | nothing is left to do                                                                             |
 *
 * Each outbox keeps its order. Events of different outboxes are merged by their times. An append that fails leaves all outboxes as they are.
 */
import type { RecordedEvent } from '../../domain/event/event.ts';
import { newEvent } from '../../domain/event/new-event.ts';
import { eventLimits } from '../limits.ts';
import type { Ledger } from '../ledger/open-ledger.ts';
import { eventId } from './event-id.ts';
import { readEvent } from './read-event.ts';

/** A place where events wait for the log. */
export interface EventSource {
  /** Returns the first events, in their order, at most `max`. `last` names the last of them. */
  readonly read: (max: number) => { readonly events: readonly RecordedEvent[]; readonly last: number };
  /** Removes the events up to `last`. */
  readonly remove: (last: number) => void;
}

/** Moves one batch. Returns how many events were read: 0 means that no event waits. */
export function pumpEvents(sources: readonly EventSource[], append: (events: readonly RecordedEvent[]) => void): number {
  const batches = sources.map((source) => ({ source, ...source.read(eventLimits.pumpEventsMax) })).filter(({ events }) => events.length > 0);
  if (batches.length === 0) return 0;
  const events = merged(batches.map((batch) => batch.events));
  append(events);
  for (const { source, last } of batches) source.remove(last);
  return events.length;
}

/** Merges lists by time. The order within each list stays, also when the clock was set back. */
function merged(lists: readonly (readonly RecordedEvent[])[]): readonly RecordedEvent[] {
  const next = lists.map(() => 0);
  const all: RecordedEvent[] = [];
  for (;;) {
    let best: { readonly list: number; readonly event: RecordedEvent } | undefined;
    lists.forEach((list, at) => {
      const event = list[next[at] ?? 0];
      if (event !== undefined && (best === undefined || event.atMs < best.event.atMs)) best = { list: at, event };
    });
    if (best === undefined) return all;
    all.push(best.event);
    next[best.list] = (next[best.list] ?? 0) + 1;
  }
}

/** Returns the outbox of an open ledger as a source. */
export function outboxOf(name: string, ledger: Ledger): EventSource {
  return {
    read: (max) =>
      ledger.read(`read the outbox of ${name}`, () => {
        const rows = ledger.statement<{ seq: number; event: string }>('SELECT seq, event FROM outbox ORDER BY seq LIMIT ?').all(max);
        return { events: rows.map(({ seq, event }) => readEvent(() => event, `refused-${name}-${seq}`)), last: rows.at(-1)?.seq ?? 0 };
      }),
    remove: (last) =>
      ledger.write(`empty the outbox of ${name}`, () => {
        ledger.statement('DELETE FROM outbox WHERE seq <= ?').run(last);
        tellGap(name, ledger);
      }),
  };
}

/** Publishes an event about the events that a full outbox refused. It follows all events that the outbox took. */
function tellGap(name: string, ledger: Ledger): void {
  const gap = ledger.statement<{ events: number; since_ms: number }>('SELECT events, since_ms FROM event_gap').get();
  if (gap === undefined) return;
  const { events: count, since_ms: sinceMs } = gap;
  const event = newEvent('EVENTS_LOST', { ledger: name, count, sinceMs }, { id: eventId(sinceMs), atMs: sinceMs, actor: 'ledger' });
  ledger.statement('INSERT INTO outbox (event) VALUES (?)').run(JSON.stringify(event));
  ledger.statement('DELETE FROM event_gap').run();
}
