import { nearestName } from '../../base/nearest-name.ts';
import { parseTime, timeForms } from '../../config/parse-time.ts';
import { eventTypeNames, isEventType } from '../../domain/event/event-types.ts';
import { RingmasterError } from '../../domain/failure/error.ts';
import type { Hint } from '../../domain/failure/hint.ts';
import type { ClusterReads } from '../../service/cluster/cluster-reads.ts';
import type { Handlers } from '../handler.ts';
import { shownValueCharsMax } from '../limits.ts';
import { notFound } from '../not-found.ts';

export const eventHandlers = {
  events: ({ query: { since, until, type, about, after, limit }, reads, nowMs }) =>
    reads.events({
      sinceMs: timeOf('since', since, nowMs),
      untilMs: timeOf('until', until, nowMs),
      type: type === undefined ? undefined : knownType(type),
      about,
      after: after === undefined ? undefined : positionOf(after),
      limit,
    }),
  event: async ({ params, reads }) => (await reads.event(params.event)) ?? noSuchEvent(reads, params.event),
  eventTrace: async ({ params, reads }) => (await reads.eventTrace(params.event)) ?? noSuchEvent(reads, params.event),
  eventStats: ({ reads }) => reads.eventStats(),
  eventSubscriptions: ({ reads }) => reads.subscriptions(),
  deadLetters: async ({ query: { subscriber, limit }, reads }) => {
    if (subscriber !== undefined) await requireSubscriber(reads, subscriber);
    return reads.deadLetters({ subscriber, limit });
  },
  deadLetter: async ({ params, reads }) => {
    const letters = await reads.deadLettersOf(params.event);
    if (letters.length > 0) return letters;
    throw notFound(`show dead letter ${params.event}`, 'no event with this id is dead', 'deadLetters');
  },
} satisfies Partial<Handlers>;

const bad = (name: string, value: string, because: string, hint: Hint): RingmasterError =>
  new RingmasterError('http.bad-request', { cannot: `use ${name}=${value.slice(0, shownValueCharsMax)}`, because, hint });

function timeOf(name: string, text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  const ms = parseTime(text, nowMs);
  if (ms === undefined) throw bad(name, text, 'it is no time and no duration', { say: timeForms });
  return ms;
}

function knownType(type: string): string {
  const upper = type.toUpperCase();
  if (isEventType(upper)) return upper;
  const nearest = nearestName(type, eventTypeNames);
  const because = `there is no event type ${type.slice(0, shownValueCharsMax)}${nearest === undefined ? '' : ` (is it ${nearest}?)`}`;
  throw bad('type', type, because, { say: nearest ?? 'a type that docs/events.md lists', run: 'ringmaster event stats', get: '/event-stats' });
}

function positionOf(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw bad('after', text, 'a position is a whole number', { say: 'the position of an event that was shown' });
}

async function noSuchEvent(reads: ClusterReads, id: string): Promise<never> {
  const nearest = nearestName(id, await reads.eventIdsLike(id));
  throw notFound(`show event ${id}`, `the log has no event with this id${nearest === undefined ? '' : ` (is it ${nearest}?)`}`, 'events');
}

async function requireSubscriber(reads: ClusterReads, subscriber: string): Promise<void> {
  const known = (await reads.subscriptions()).subscribers.map((one) => one.subscriber);
  if (known.includes(subscriber)) return;
  const nearest = nearestName(subscriber, known);
  const because = `there is no subscriber ${subscriber.slice(0, shownValueCharsMax)}${nearest === undefined ? '' : ` (is it ${nearest}?)`}`;
  throw bad('subscriber', subscriber, because, { run: 'ringmaster event subscriptions', get: '/event-subscriptions' });
}
