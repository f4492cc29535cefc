/** The schemas of the views of events. */
import * as z from 'zod';
import { thingKinds } from '../../domain/event/thing.ts';
import { atMs, count, optional, text } from './basic-schemas.ts';

const event = z.object({
  position: count.describe('The position in the log. It only grows.'),
  id: text,
  type: text.describe('One of the types of docs/events.md.'),
  version: count.describe('The version of the payload.'),
  atMs,
  about: z.array(z.templateLiteral([z.enum(thingKinds), ':', text])).describe('The things that the event is about, each as kind:id.'),
  cause: optional(text).describe('The id of the event that caused this one.'),
  actor: text.describe('The operator, or the part of Ringmaster that acted.'),
  payload: z.record(text, z.unknown()),
  text: text.describe('What happened, as one sentence.'),
});
export const eventList = z.array(event);
const waiting = z.object({ events: count, sinceMs: optional(atMs).describe('The time of the oldest one.') });

const subscribedCounts = {
  delivered: count.describe('The events that are done.'),
  lag: count.describe('The events that wait behind the cursor.'),
  retried: count.describe('The events that are tried again, and those that wait behind them.'),
  dead: count.describe('The events whose tries are used up.'),
};
const subscriber = z.object({
  subscriber: text,
  does: text.describe('The use that the subscriber makes of an event.'),
  position: count.describe('The position up to which its events are done, retried or dead.'),
  ...subscribedCounts,
  lagSinceMs: optional(atMs).describe('The time of the oldest event that waits behind the cursor.'),
  skipped: count.describe('The events that it did not get.'),
  skippedAtMs: optional(atMs).describe('When it last did not get events.'),
  types: z.array(z.object({ type: text, ...subscribedCounts })),
});

/** Returns the schemas of the views of events. */
export const eventSchemas = <Failure extends z.ZodType>(failure: Failure) => ({
  Events: z.object({
    v: z.literal(1),
    readAtMs: atMs,
    events: eventList.describe('The oldest first.'),
    hasMore: z.boolean().describe('True when older events fit too, or with `after` later ones.'),
    waiting: waiting.describe('The events that happened and are not in the log yet.'),
    nearest: optional(text).describe('Present when no event is about the thing: the thing that was perhaps meant.'),
  }),
  Event: event,
  EventTrace: z.object({
    v: z.literal(1),
    causes: eventList.describe('The first cause first.'),
    event,
    effects: eventList.describe('Each one stands behind the event that caused it.'),
    hasMore: z.boolean(),
    missing: optional(text).describe('The id of a cause that the log does not have.'),
  }),
  EventStats: z.object({
    v: z.literal(1),
    readAtMs: atMs,
    log: z.object({ events: count, newestPosition: count, oldestAtMs: optional(atMs) }),
    types: z.array(z.object({ type: text, events: count, newestAtMs: atMs })),
    outboxes: z.array(waiting.extend({ ledger: text })),
    subscribers: z.array(subscriber),
    failure: optional(failure).describe('Why the log cannot be written.'),
  }),
  Subscriptions: z.object({ v: z.literal(1), readAtMs: atMs, subscribers: z.array(subscriber) }),
  DeadLetter: z.object({
    subscriber: text,
    event,
    tries: count.describe('How often the handler failed.'),
    sinceMs: atMs.describe('When the last try failed.'),
    failure: optional(failure),
  }),
});
