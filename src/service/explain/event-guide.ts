import type { FailureCode } from '../../domain/failure/table.ts';
import type { FailureAdvice } from './failure-advice.ts';

/** The rows of the failure guide for the delivery of events. */
export const eventGuide = {
  'event.bad-subscription': {
    meaning: 'The table of subscriptions and its handlers do not fit together. The ledger worker does not start with such a table.',
    next: [{ say: 'read the fault in the log of the ledger worker, and correct `src/domain/event/subscriptions.ts` or the handler' }],
  },
  'event.handler-slow': {
    meaning: 'The handler of a subscriber did not end within its limit. The event is tried again, and is dead after the last try.',
    next: [{ say: 'see the subscriber and its events', run: 'ringmaster event dead list' }],
  },
  'event.other-version': {
    meaning:
      'The payload of an event has another version than the handler of the subscriber takes, or does not fit its type. Another release wrote it.',
    next: [
      { say: 'see the event', run: 'ringmaster event dead list' },
      { say: 'drop the dead letter', run: 'ringmaster event dead drop --help' },
    ],
  },
  'event.unknown-subscriber': {
    meaning: 'There is no subscriber with this name. Nothing was changed.',
    next: [{ run: 'ringmaster event subscriptions' }],
  },
  'event.no-dead-letter': {
    meaning: 'The subscriber has no such dead letter. Nothing was changed.',
    next: [{ run: 'ringmaster event dead list' }],
  },
  'event.bad-range': {
    meaning: 'The range of a replay is empty, too long, or not in the log. Nothing was changed.',
    next: [{ say: 'find the positions of the events', run: 'ringmaster event list -o json' }],
  },
} as const satisfies Partial<Record<FailureCode, FailureAdvice>>;
