import { type DeclaredHandler, type Subscription, subscriptionFaults } from '../../../src/domain/event/subscription.ts';
import { RingmasterError } from '../../../src/domain/failure/error.ts';

/** Throws a failure that names every fault of the subscriptions and their handlers. */
export function requireSubscriptions(subscriptions: readonly Subscription[], handlers: Readonly<Record<string, DeclaredHandler>>): void {
  const faults = subscriptionFaults(subscriptions, handlers);
  if (faults.length === 0) return;
  throw new RingmasterError('event.bad-subscription', {
    cannot: 'start the delivery of events',
    because: faults.join('; '),
    hint: { say: 'correcting the table of subscriptions, `src/domain/event/subscriptions.ts`, or the handlers' },
    fields: { faults: faults.length },
  });
}
