/** The changes that an operator makes to the delivery of events. Each change is one transaction with the event about it. */
import { RingmasterError } from '../../domain/failure/error.ts';
import type { SteerDelivery, SteeredDelivery } from '../../domain/event/steer-delivery.ts';
import { nearestName } from '../../base/nearest-name.ts';
import { replayEventsMax } from '../../domain/limits.ts';
import type { EventLog, EventRow } from './event-log.ts';
import { toLogged } from './logged-event.ts';

export function steerDeliveries(log: EventLog, request: SteerDelivery, nowMs: number): SteeredDelivery {
  const { verb, subscriber } = request;
  return log.ledger.write(`${verb} events of ${subscriber}`, () => {
    const position = cursorOf(log, request);
    const count = verb === 'replay' ? replay(log, request, position, nowMs) : changeDead(log, request, nowMs);
    return { verb, subscriber, count };
  });
}

function cursorOf({ ledger }: EventLog, { verb, subscriber }: SteerDelivery): number {
  const rows = ledger.statement<{ subscriber: string; position: number }>('SELECT subscriber, position FROM subscribers').all();
  const found = rows.find((row) => row.subscriber === subscriber);
  if (found !== undefined) return found.position;
  const names = rows.map((row) => row.subscriber);
  const nearest = nearestName(subscriber, names);
  throw new RingmasterError('event.unknown-subscriber', {
    cannot: `${verb} events of ${subscriber}`,
    because: `there is no subscriber ${subscriber}${nearest === undefined ? ` (there are ${names.join(', ')})` : ` (is it ${nearest}?)`}`,
    hint: { run: 'ringmaster event subscriptions' },
    fields: { subscriber },
  });
}

/** Sends dead letters again, or drops them. */
function changeDead(log: EventLog, { verb, subscriber, events, by, reason = '' }: SteerDelivery, nowMs: number): number {
  const { ledger } = log;
  const dead = ledger
    .statement<{ position: number; id: string }>(
      `SELECT position, event ->> '$.id' AS id FROM deliveries WHERE subscriber = ? AND state = 'dead' ORDER BY position`,
    )
    .all(subscriber);
  const missing = (events ?? []).filter((id) => !dead.some((row) => row.id === id));
  if (missing.length > 0 || dead.length === 0) throw noDeadLetter(verb, subscriber, missing);
  const chosen = dead.filter(({ id }) => events === undefined || events.includes(id));
  const drop = ledger.statement('DELETE FROM deliveries WHERE subscriber = ? AND position = ?');
  const again = ledger.statement(
    `UPDATE deliveries SET state = 'retried', tries = 0, next_at_ms = ?, changed_at_ms = ? WHERE subscriber = ? AND position = ?`,
  );
  for (const { position } of chosen) {
    if (verb === 'drop') drop.run(subscriber, position);
    else again.run(nowMs, nowMs, subscriber, position);
  }
  const count = chosen.length;
  if (verb === 'drop') log.note('DEAD_LETTERS_DROPPED', { subscriber, count, by, reason }, { nowMs, actor: by });
  else log.note('DEAD_LETTERS_REDRIVEN', { subscriber, count, by }, { nowMs, actor: by });
  return count;
}

/** Adds a row for each event of the range that the subscriber takes. The events behind the cursor are delivered anyway, so the range ends at the cursor. */
function replay(log: EventLog, { subscriber, by, from = 0, to = 0 }: SteerDelivery, cursor: number, nowMs: number): number {
  const { ledger } = log;
  const last = Math.min(to, cursor);
  const rows = ledger
    .statement<EventRow>(
      `SELECT * FROM events WHERE position >= ? AND position <= ?
       AND type IN (SELECT value FROM subscribers s, json_each(s.types) WHERE s.subscriber = ?) ORDER BY position LIMIT ?`,
    )
    .all(from, last, subscriber, replayEventsMax + 1);
  const because =
    from > to
      ? `position ${from} is behind position ${to}`
      : rows.length > replayEventsMax
        ? `it has more than ${replayEventsMax} events that ${subscriber} takes, up to position ${rows.at(-2)?.position}`
        : rows.length === 0
          ? `${subscriber} takes no event of that range that it had before (its cursor is at position ${cursor})`
          : undefined;
  if (because !== undefined)
    throw new RingmasterError('event.bad-range', {
      cannot: `replay positions ${from} to ${to} to ${subscriber}`,
      because,
      hint: { say: 'a range of positions that `event list -o json` shows', run: 'ringmaster event subscriptions' },
      fields: { subscriber, from, to },
    });
  const put = ledger.statement(
    `INSERT INTO deliveries (subscriber, position, key, state, tries, next_at_ms, changed_at_ms, event) VALUES (?, ?, ?, 'retried', 0, ?, ?, ?)
     ON CONFLICT (subscriber, position) DO UPDATE SET state = 'retried', key = excluded.key, tries = 0, next_at_ms = excluded.next_at_ms,
       changed_at_ms = excluded.changed_at_ms WHERE state = 'dead'`,
  );
  // The events of a replay share a key, so they are delivered in the order of the log.
  for (const row of rows) put.run(subscriber, row.position, `replay ${from}-${to}`, nowMs, nowMs, JSON.stringify(toLogged(row)));
  log.note('EVENTS_REPLAYED', { subscriber, from, to: last, count: rows.length, by }, { nowMs, actor: by });
  return rows.length;
}

const noDeadLetter = (verb: string, subscriber: string, [id]: readonly string[]): RingmasterError =>
  new RingmasterError('event.no-dead-letter', {
    cannot: `${verb} dead letters of ${subscriber}`,
    because: id === undefined ? 'it has none' : `none of them is event ${id}`,
    hint: { run: 'ringmaster event dead list' },
    fields: { subscriber },
  });
