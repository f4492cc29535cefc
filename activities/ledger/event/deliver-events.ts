import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import type { DeliveryRun } from '../../../src/domain/event/router.ts';
import type { Subscription } from '../../../src/domain/event/subscription.ts';
import type { EventLogDoor } from '../../../src/storage/event/event-log-door.ts';
import { deliveryLookMs } from '../../limits.ts';
import { DeliverTo } from './deliver-to.ts';
import type { AnyHandler } from './handler.ts';
import { NewestRun } from './newest-run.ts';
import { Sleeper } from './sleeper.ts';

export interface DeliveryParts {
  readonly door: EventLogDoor;
  readonly subscriptions: readonly Subscription[];
  readonly handlers: Readonly<Record<string, AnyHandler>>;
  readonly now: () => number;
  /** Aborts when the worker is to end. Its activities are cancelled later, and a delivery need not be waited for. */
  readonly stopping: AbortSignal;
}

/** Returns the activity. `signal` and `stopping` end it early. A new call ends the delivery of the call before, waits for its end, and delivers. */
export function deliverEvents(
  parts: DeliveryParts,
): (p: { readonly maxMs: number }, signal?: AbortSignal) => ReturnType<LedgerActivities['deliverEvents']> {
  const newest = new NewestRun();
  let last: Promise<unknown> = Promise.resolve();
  return ({ maxMs }, signal) =>
    newest.run(maxMs, [signal, parts.stopping], (end) => {
      const run = last.then(() => deliverUntil(parts, end));
      last = run.catch(() => undefined);
      return run;
    });
}

/** Delivers to all subscribers until the signal aborts. No subscriber waits for another. */
async function deliverUntil({ door, subscriptions, handlers, now }: DeliveryParts, signal: AbortSignal): Promise<DeliveryRun> {
  const runs = subscriptions.map(async (subscription) => {
    const { subscriber, gapMs } = subscription;
    const handler = handlers[subscriber];
    if (handler === undefined) return [];
    const deliverTo = new DeliverTo({ subscription, handler, door, now });
    const sleeper = new Sleeper(signal);
    const forget = door.whenAdded(() => sleeper.wake());
    while (!signal.aborted) {
      const began = performance.now();
      const sinceBegan = (): number => performance.now() - began;
      sleeper.forgetWakes();
      const { inMs = deliveryLookMs, rests = false } = await deliverTo.step(signal);
      await sleeper.sleep(Math.min(rests ? inMs : gapMs, inMs) - sinceBegan());
      if (!rests) await sleeper.sleepUntilWoken(Math.min(inMs, deliveryLookMs) - sinceBegan());
    }
    forget();
    return [deliverTo.run];
  });
  return { subscribers: (await Promise.all(runs)).flat() };
}
