import { given } from '../../base/given.ts';
import type { LoggedEvent } from '../../domain/event/event.ts';
import { eventTypeOf } from '../../domain/event/event-types.ts';
import { RingmasterError } from '../../domain/failure/error.ts';
import type { EventRow } from './event-log.ts';
import { payloadFault } from './payload-schema.ts';

/** Returns a row of the log as an event. Subscriptions name known types only, so the type is known. */
export const toLogged = (row: EventRow): LoggedEvent => ({
  position: row.position,
  id: row.id,
  type: row.type as LoggedEvent['type'],
  version: row.version,
  atMs: row.at_ms,
  about: JSON.parse(row.about) as LoggedEvent['about'],
  ...given({ cause: row.cause ?? undefined }),
  actor: row.actor,
  payload: JSON.parse(row.payload) as LoggedEvent['payload'],
});

/** Throws when the payload is not the one that a handler of the present version takes. */
export function requireFit({ id, type, version, payload }: LoggedEvent): void {
  const present = eventTypeOf(type).version;
  const because =
    version === present ? payloadFault(type, payload) : `it has version ${version} of its type, and the handler takes version ${present}`;
  if (because === undefined) return;
  throw new RingmasterError('event.other-version', {
    cannot: `deliver ${type} ${id}`,
    because,
    hint: { say: 'dropping it', run: 'ringmaster event dead list' },
    fields: { event: id, version },
  });
}
