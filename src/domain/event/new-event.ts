import { cutText } from '../failure/bounded-failure.ts';
import { given } from '../../base/given.ts';
import { eventNamesMax, eventTextCharsMax } from '../limits.ts';
import type { RecordedEvent } from './event.ts';
import { eventTypeOf, type EventTypeName, type PayloadOfType } from './event-types.ts';

/** The facts of an event that do not depend on its type. */
export interface EventFacts {
  readonly id: string;
  readonly atMs: number;
  /** The operator as `user@host`, or the part of Ringmaster that acted. */
  readonly actor: string;
  /** The id of the event that caused this one. */
  readonly cause?: string | undefined;
}

/** Returns the event with this payload. Long texts and lists are cut, so that an event has a bounded size. */
export function newEvent<Name extends EventTypeName>(
  type: Name,
  payload: PayloadOfType<Name>,
  { id, atMs, actor, cause }: EventFacts,
): RecordedEvent {
  const row = eventTypeOf(type);
  const bounded = Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, boundedValue(value)]));
  const about = [...new Set(row.about(bounded))];
  return { id, type, version: row.version, atMs: Math.round(atMs), about, ...given({ cause }), actor, payload: bounded };
}

function boundedValue(value: unknown): unknown {
  if (typeof value === 'string') return cutText(value, eventTextCharsMax);
  return Array.isArray(value) ? value.slice(0, eventNamesMax).map((one: unknown) => boundedValue(one)) : value;
}
