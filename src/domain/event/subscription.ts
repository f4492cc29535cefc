/**
 * A subscription: the events that a subscriber gets, and the limits of their delivery. `subscriptions.ts` is the table of all subscriptions, and
 * `activities/ledger/event/handlers.ts` has the handler of each subscriber. `subscriptionFaults` compares the two, and both with the table of event
 * types. The ledger worker refuses to start with a fault, and names each of them.
 */
import { eventTypeOf, isEventType } from './event-types.ts';

export interface DeliveryLimits {
  /** An event whose handler has failed this often is dead. A failure of the way, such as a server that is away, does not count. */
  readonly triesMax: number;
  /** The first pause after a failure. Each further pause is twice as long, up to `pauseMsMax`. */
  readonly pauseMs: number;
  readonly pauseMsMax: number;
  /** A handler that takes longer has failed. */
  readonly handlerMsMax: number;
}

export interface Subscription {
  readonly subscriber: string;
  /** One sentence for people that says what the subscriber does with an event. */
  readonly does: string;
  /** The types of the events, each with the version of the payload that the handler takes. */
  readonly takes: Readonly<Record<string, number>>;
  /** Where a new subscriber begins: behind the newest event, or before the oldest. */
  readonly begins: 'end' | 'beginning';
  /** An event is delivered at this age at the earliest. A subscriber that heals a lost signal waits until the signal had its time. */
  readonly waitMs: number;
  /** At least this much time passes between two deliveries of new events. The events that arrive meanwhile share one delivery. */
  readonly gapMs: number;
  readonly limits: DeliveryLimits;
}

/** A handler names the types that it takes, each with the version of the payload. */
export interface DeclaredHandler {
  readonly takes: Readonly<Record<string, number>>;
}

/** Returns every fault of the subscriptions and their handlers, each as one clause. */
export function subscriptionFaults(subscriptions: readonly Subscription[], handlers: Readonly<Record<string, DeclaredHandler>>): readonly string[] {
  const names = subscriptions.map(({ subscriber }) => subscriber);
  const twice = [...new Set(names.filter((name, at) => names.indexOf(name) !== at))];
  const alone = Object.keys(handlers).filter((name) => !names.includes(name));
  return [
    ...twice.map((name) => `subscriber ${name} is in the table twice`),
    ...subscriptions.flatMap((one) => faultsOf(one, Object.hasOwn(handlers, one.subscriber) ? handlers[one.subscriber] : undefined)),
    ...alone.map((name) => `handler ${name} has no subscription`),
  ];
}

function faultsOf({ subscriber, takes, limits, waitMs, gapMs }: Subscription, handler: DeclaredHandler | undefined): readonly string[] {
  const { triesMax, pauseMs, pauseMsMax, handlerMsMax } = limits;
  const faults = Object.entries(takes).flatMap(([type, version]) => {
    if (!isEventType(type)) return [`subscriber ${subscriber} takes ${type}, and there is no such event type`];
    const present = eventTypeOf(type).version;
    if (version !== present) return [`subscriber ${subscriber} takes version ${version} of ${type}, and the type has version ${present}`];
    if (handler === undefined || handler.takes[type] === version) return [];
    const taken = handler.takes[type];
    return [
      `the handler of ${subscriber} takes ${taken === undefined ? `no ${type}` : `version ${taken} of ${type}, and the subscription version ${version}`}`,
    ];
  });
  const unasked = Object.keys(handler?.takes ?? {}).filter((type) => !Object.hasOwn(takes, type));
  const areGood = triesMax >= 1 && pauseMs >= 1 && pauseMsMax >= pauseMs && handlerMsMax >= 1 && waitMs >= 0 && gapMs >= 0;
  return [
    ...(handler === undefined ? [`subscriber ${subscriber} has no handler`] : []),
    ...(Object.keys(takes).length === 0 ? [`subscriber ${subscriber} takes no event`] : []),
    ...faults,
    ...unasked.map((type) => `the handler of ${subscriber} takes ${type}, and the subscription does not name it`),
    ...(areGood ? [] : [`subscriber ${subscriber} has a limit below its least value`]),
  ];
}
