import { given } from '../../base/given.ts';
import type { EventView } from '../../domain/event/event.ts';
import { eventTypeOf, isEventType } from '../../domain/event/event-types.ts';
import type { Thing } from '../../domain/event/thing.ts';
import type { EventRow } from '../event/event-log.ts';
import { eventLimits } from '../limits.ts';
import { parseJson } from './ledger-files.ts';

/** The columns of table `events e`. */
export const eventColumns = 'e.position, e.id, e.type, e.version, e.at_ms, e.about, e.cause, e.actor, e.payload';

export function toView(row: EventRow): EventView {
  const payload = parseJson<EventView['payload']>(row.payload);
  return {
    position: row.position,
    id: row.id,
    type: row.type,
    version: row.version,
    atMs: row.at_ms,
    about: parseJson<readonly Thing[]>(row.about),
    ...given({ cause: row.cause ?? undefined }),
    actor: row.actor,
    payload,
    text: sentenceOfEvent({ type: row.type, version: row.version, payload }),
  };
}

/** Returns the sentence of an event. An event of another release's type or version shows its payload. */
export function sentenceOfEvent({ type, version, payload }: Pick<EventView, 'type' | 'version' | 'payload'>): string {
  if (!isEventType(type) || eventTypeOf(type).version !== version) return JSON.stringify(payload).slice(0, eventLimits.rawTextCharsMax);
  return eventTypeOf(type).say(payload);
}
