import { newEvent } from '../../domain/event/new-event.ts';
import type { EventTypeName, PayloadOfType } from '../../domain/event/event-types.ts';
import { eventLimits } from '../limits.ts';
import type { Ledger } from '../ledger/open-ledger.ts';
import { eventId } from './event-id.ts';

export interface PublishFacts {
  readonly atMs: number;
  /** The operator as `user@host`, or the part of Ringmaster that acted. */
  readonly actor: string;
  /** The id of the event that caused this one. */
  readonly cause?: string | undefined;
}

const wakers = new WeakMap<Ledger, () => void>();

/** Calls `wake` whenever this process publishes an event through the open file `ledger`. */
export const whenPublished = (ledger: Ledger, wake: () => void): void => void wakers.set(ledger, wake);

/**
 * Adds an event to the outbox of a ledger, and returns its id. Call this in the transaction that makes the change. A repeat of the change finds nothing
 * to change, and therefore publishes nothing. An outbox that is full takes no event, counts it, and never stops the change.
 */
export function publish<Name extends EventTypeName>(
  ledger: Ledger,
  type: Name,
  payload: PayloadOfType<Name>,
  { atMs, actor, cause }: PublishFacts,
): string {
  const id = eventId(atMs);
  ledger.write(`publish ${type}`, () => {
    if (isFull(ledger)) countLost(ledger, atMs);
    else ledger.statement('INSERT INTO outbox (event) VALUES (?)').run(JSON.stringify(newEvent(type, payload, { id, atMs, actor, cause })));
  });
  wakers.get(ledger)?.();
  return id;
}

/** The events of an outbox have consecutive numbers, so two seeks show how many there are. */
const isFull = (ledger: Ledger): boolean =>
  (ledger.statement<{ events: number | null }>('SELECT (SELECT max(seq) FROM outbox) - (SELECT min(seq) FROM outbox) + 1 AS events').get()?.events ??
    0) >= eventLimits.outboxEventsMax;

function countLost(ledger: Ledger, atMs: number): void {
  ledger
    .statement('INSERT INTO event_gap (one, events, since_ms) VALUES (1, 1, ?) ON CONFLICT (one) DO UPDATE SET events = events + 1')
    .run(Math.round(atMs));
}

/** Remembers that an event would cause the next event of a story. Call this in the transaction that publishes the event. */
export function rememberCause(ledger: Ledger, story: string, event: string): void {
  ledger
    .statement('INSERT OR REPLACE INTO causes (seq, story, event) VALUES ((SELECT coalesce(max(seq), 0) + 1 FROM causes), ?, ?)')
    .run(story, event);
  ledger.statement('DELETE FROM causes WHERE seq <= (SELECT max(seq) FROM causes) - ?').run(eventLimits.causesMax);
}

/** Returns the event that would cause the next event of a story. */
export const causeOfNext = (ledger: Ledger, story: string): string | undefined =>
  ledger.statement<{ event: string }>('SELECT event FROM causes WHERE story = ?').get(story)?.event;

/**
 * Publishes an event that can happen once in its story, and returns whether this call did. A repeat publishes nothing, as long as the story is remembered.
 */
export const publishOnce = <Name extends EventTypeName>(
  ledger: Ledger,
  story: string,
  type: Name,
  payload: PayloadOfType<Name>,
  facts: PublishFacts,
): boolean =>
  ledger.write(`publish ${type} once`, () => {
    if (causeOfNext(ledger, story) !== undefined) return false;
    rememberCause(ledger, story, publish(ledger, type, payload, facts));
    return true;
  });

/** Forgets a story that has ended. */
export const forgetCause = (ledger: Ledger, story: string): void => void ledger.statement('DELETE FROM causes WHERE story = ?').run(story);
