import type { EventTrace, EventView } from '../../domain/event/event.ts';
import type { EventRow } from '../event/event-log.ts';
import { eventLimits } from '../limits.ts';
import { eventColumns, toView } from './event-rows.ts';
import type { LedgerFiles } from './ledger-files.ts';

/**
 * Returns the event with everything that led to it and everything that follows from it: first the chain of causes, the first cause first, then the event,
 * then its effects by depth. Returns undefined when no event has the id.
 */
export function traceOf({ events }: LedgerFiles, id: string): EventTrace | undefined {
  const get = (one: string): EventView | undefined => {
    const row = events.get<EventRow>(`SELECT ${eventColumns} FROM events e WHERE id = ?`, one);
    return row === undefined ? undefined : toView(row);
  };
  const start = get(id);
  if (start === undefined) return undefined;
  const causes: EventView[] = [];
  const seen = new Set([start.id]);
  let missing: string | undefined;
  for (let cause = start.cause; cause !== undefined && causes.length < eventLimits.traceEventsMax;) {
    const found: EventView | undefined = seen.has(cause) ? undefined : get(cause);
    if (found === undefined) {
      missing = cause;
      break;
    }
    seen.add(found.id);
    causes.unshift(found);
    cause = found.cause;
  }
  const effects: EventView[] = [];
  const add = (of: string): void => {
    const rows = events.all<EventRow>(
      `SELECT ${eventColumns} FROM events e WHERE cause = ? ORDER BY at_ms, position LIMIT ?`,
      of,
      eventLimits.traceEventsMax,
    );
    for (const effect of rows.map(toView)) {
      if (seen.has(effect.id) || effects.length >= eventLimits.traceEventsMax) continue;
      seen.add(effect.id);
      effects.push(effect);
      add(effect.id);
    }
  };
  add(start.id);
  return {
    v: 1,
    causes,
    event: start,
    effects,
    hasMore: effects.length >= eventLimits.traceEventsMax,
    ...(missing === undefined ? {} : { missing }),
  };
}
