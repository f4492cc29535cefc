/** The events about the delivery of events to subscribers. */
import { eventType } from './event-type.ts';
import { number, text } from './fields.ts';
import { thing } from './thing.ts';

const subscriber = text('The subscriber.');
const by = text('The operator.');
const letters = (count: number): string => `${count} dead ${count === 1 ? 'letter' : 'letters'}`;

export const deliveryEvents = {
  DEAD_LETTER_ADDED: eventType({
    version: 1,
    when: 'An event is dead for a subscriber that had no dead letter: its handler failed at every try. Further dead letters are no events while there is one.',
    fields: {
      subscriber,
      event: text('The id of the event.'),
      type: text('The type of the event.'),
      tries: number('How often the handler failed.'),
      code: text('The code of the last failure.'),
      message: text('The last failure, as one sentence.'),
    },
    about: ({ subscriber: name }) => [thing('subscriber', name)],
    say: ({ subscriber: name, event, type, tries, message }) =>
      `${type} ${event} is dead for ${name} after ${tries} ${tries === 1 ? 'try' : 'tries'}: ${message}`,
  }),
  DEAD_LETTERS_REDRIVEN: eventType({
    version: 1,
    when: 'An operator sent dead letters to their subscriber again.',
    fields: { subscriber, count: number('How many.'), by },
    about: ({ subscriber: name }) => [thing('subscriber', name)],
    say: ({ subscriber: name, count, by: who }) => `${who} sent ${letters(count)} to ${name} again`,
  }),
  DEAD_LETTERS_DROPPED: eventType({
    version: 1,
    when: 'An operator dropped dead letters.',
    fields: { subscriber, count: number('How many.'), by, reason: text('The reason that the operator gave.') },
    about: ({ subscriber: name }) => [thing('subscriber', name)],
    say: ({ subscriber: name, count, by: who, reason }) => `${who} dropped ${letters(count)} of ${name} (${reason})`,
  }),
  EVENTS_REPLAYED: eventType({
    version: 1,
    when: 'An operator sent a range of the log to one subscriber once more.',
    fields: { subscriber, from: number('The first position.'), to: number('The last position.'), count: number('How many events.'), by },
    about: ({ subscriber: name }) => [thing('subscriber', name)],
    say: ({ subscriber: name, from, to, count, by: who }) => `${who} sent the ${count} events of positions ${from} to ${to} to ${name} once more`,
  }),
  EVENTS_SKIPPED: eventType({
    version: 1,
    when: 'A subscriber did not get events: retention needed their place, it had too many dead letters, or it left the table. At most one such event a minute.',
    fields: { subscriber, count: number('How many events.'), because: text('Why.') },
    about: ({ subscriber: name }) => [thing('subscriber', name)],
    say: ({ subscriber: name, count, because }) => `${name} did not get ${count} ${count === 1 ? 'event' : 'events'}: ${because}`,
  }),
} as const;
