import * as z from 'zod';
import type { RecordedEvent } from '../../domain/event/event.ts';
import { newEvent } from '../../domain/event/new-event.ts';
import { errorText } from '../../domain/failure/error.ts';

const shape = z.object({
  id: z.string().min(1),
  type: z.string(),
  version: z.int(),
  atMs: z.int(),
  about: z.array(z.string()),
  cause: z.exactOptional(z.string()),
  actor: z.string(),
  payload: z.record(z.string(), z.unknown()),
});

/**
 * Returns the event that `read` reads as JSON. Returns an event with the id `refusedId` that says why, when there is none: what cannot be an event must
 * never keep the others from the log.
 */
export function readEvent(read: () => string, refusedId: string): RecordedEvent {
  let because: string;
  try {
    const json: unknown = JSON.parse(read());
    const found = shape.safeParse(json);
    // The type and its payload are checked when the event is appended.
    if (found.success) return json as RecordedEvent;
    because = found.error.issues.map(({ path, message }) => `${path.join('.') || 'the event'}: ${message}`).join('; ');
  } catch (error) {
    because = errorText(error);
  }
  return newEvent('EVENT_REFUSED', { type: 'unknown', because }, { id: refusedId, atMs: Date.now(), actor: 'ledger' });
}
