import { given } from '../../base/given.ts';
import { nearestName } from '../../base/nearest-name.ts';
import type { EventPage, EventStats, EventTrace, EventView } from '../../domain/event/event.ts';
import type { EventLogLook } from '../../domain/event/event-watch.ts';
import { type Thing, thingsNamed } from '../../domain/event/thing.ts';
import type { EventRow } from '../event/event-log.ts';
import { eventLimits } from '../limits.ts';
import { logFailure, waitingEvents } from './waiting-events.ts';
import { eventColumns as columns, toView } from './event-rows.ts';
import { subscribersOf } from './read-deliveries.ts';
import { toFailureRecord } from '../../domain/failure/to-failure-record.ts';
import { statsOf } from './event-stats.ts';
import { traceOf } from './event-trace.ts';
import { bounded, type LedgerFiles } from './ledger-files.ts';

export interface EventFilter {
  readonly sinceMs?: number | undefined;
  readonly untilMs?: number | undefined;
  readonly type?: string | undefined;
  /** An id, or a kind and an id such as `node:gpu-1`. */
  readonly about?: string | undefined;
  /** Only events behind this position, in the order of their positions. */
  readonly after?: number | undefined;
  readonly limit?: number | undefined;
}

export const eventReads = (files: LedgerFiles, state: string, now: () => number) => ({
  /** Returns the newest events that fit, the oldest of them first. With `after`, returns the first events behind that position. */
  events: (filter: EventFilter): EventPage => {
    const limit = bounded(filter.limit);
    const rows = filter.after === undefined ? newest(files, filter, limit + 1) : behind(files, filter, filter.after, limit + 1);
    const hasMore = rows.length > limit;
    const shown = filter.after === undefined ? rows.slice(-limit) : rows.slice(0, limit);
    const nearest = rows.length === 0 && filter.about !== undefined ? nearestThing(files, filter.about) : undefined;
    return { v: 1, readAtMs: now(), events: shown.map(toView), hasMore, waiting: waitingEvents(files, state), ...given({ nearest }) };
  },

  /** Returns one event. */
  event: (id: string): EventView | undefined => {
    const row = files.events.get<EventRow>(`SELECT ${columns} FROM events e WHERE id = ?`, id);
    return row === undefined ? undefined : toView(row);
  },

  /** Returns the newest ids that begin like a wrong id. A slip in an id is seldom in its first characters, which are the time. */
  eventIdsLike: (id: string): readonly string[] =>
    files.events
      .all<{ id: string }>(
        'SELECT id FROM events WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT ?',
        id.slice(0, 5),
        `${id.slice(0, 5)}~`,
        bounded(1_000),
      )
      .map((row) => row.id),

  eventTrace: (id: string): EventTrace | undefined => traceOf(files, id),

  eventStats: (): EventStats => statsOf(files, state, now()),

  eventLogLook: (): EventLogLook => {
    const { events: waiting, sinceMs } = waitingEvents(files, state);
    return {
      waiting,
      ...given({ waitedMs: sinceMs === undefined ? undefined : now() - sinceMs, failure: logFailure(files)?.failure }),
      ...lateSubscribers(files, now()),
    };
  },
});

/** Returns the subscribers for which events wait, are dead or were skipped, or why the log cannot be read. */
function lateSubscribers(files: LedgerFiles, nowMs: number): Pick<EventLogLook, 'subscribers' | 'unread'> {
  try {
    return {
      subscribers: subscribersOf(files).map(({ subscriber, lag, lagSinceMs, dead, skipped, skippedAtMs }) => ({
        subscriber,
        lag,
        dead,
        skipped,
        ...given({
          lagMs: lagSinceMs === undefined ? undefined : nowMs - lagSinceMs,
          skippedAgoMs: skippedAtMs === undefined ? undefined : nowMs - skippedAtMs,
        }),
      })),
    };
  } catch (error) {
    return { unread: toFailureRecord(error) };
  }
}

/** Returns the name of a thing that some event is about and whose name is near to a wrong one. */
function nearestThing({ events }: LedgerFiles, about: string): string | undefined {
  const wrong = about.slice(about.indexOf(':') + 1);
  const known = thingsNamed(about).flatMap((thing) => {
    const start = thing.slice(0, thing.length - Math.min(2, wrong.length));
    return [start, `${thing.slice(0, thing.indexOf(':') + 1)}${wrong.slice(0, 1)}`].flatMap((from) =>
      events
        .all<{ thing: string }>(
          'SELECT DISTINCT thing FROM about WHERE thing >= ? AND thing < ? LIMIT ?',
          from,
          `${from}~`,
          eventLimits.thingsComparedMax,
        )
        .map((row) => row.thing.slice(row.thing.indexOf(':') + 1)),
    );
  });
  return known.includes(wrong) ? undefined : nearestName(wrong, [...new Set(known)]);
}

function newest(
  { events }: LedgerFiles,
  { sinceMs = 0, untilMs = Number.MAX_SAFE_INTEGER, type, about }: EventFilter,
  limit: number,
): readonly EventRow[] {
  const ofType = type === undefined ? '' : 'AND e.type = ?';
  const types = type === undefined ? [] : [type];
  const read = (from: string, at: string, ...things: readonly Thing[]): readonly EventRow[] =>
    events.all<EventRow>(
      `SELECT ${columns} FROM ${from} AND ${at}.at_ms >= ? AND ${at}.at_ms < ? ${ofType} ORDER BY ${at}.at_ms DESC, ${at}.position DESC LIMIT ?`,
      ...things,
      sinceMs,
      untilMs,
      ...types,
      limit,
    );
  const rows =
    about === undefined
      ? read('events e WHERE true', 'e')
      : thingsNamed(about).flatMap((thing) => read('about a JOIN events e USING (position) WHERE a.thing = ?', 'a', thing));
  return unique(rows)
    .toSorted((a, b) => a.at_ms - b.at_ms || a.position - b.position)
    .slice(-limit);
}

function behind({ events }: LedgerFiles, { type, about }: EventFilter, after: number, limit: number): readonly EventRow[] {
  const things = about === undefined ? undefined : thingsNamed(about);
  const conditions = [
    ...(type === undefined ? [] : ['e.type = ?']),
    ...(things === undefined
      ? []
      : [`EXISTS (SELECT 1 FROM about a WHERE a.position = e.position AND a.at_ms = e.at_ms AND a.thing IN (${things.map(() => '?').join()}))`]),
  ];
  return events.all<EventRow>(
    `SELECT ${columns} FROM events e WHERE ${['position > ?', ...conditions].join(' AND ')} ORDER BY position LIMIT ?`,
    after,
    ...(type === undefined ? [] : [type]),
    ...(things ?? []),
    limit,
  );
}

const unique = (rows: readonly EventRow[]): readonly EventRow[] => [...new Map(rows.map((row) => [row.position, row])).values()];
