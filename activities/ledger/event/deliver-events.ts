import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import type { DeliveryRun } from '../../../src/domain/event/router.ts';
import type { Subscription } from '../../../src/domain/event/subscription.ts';
import type { EventLogDoor } from '../../../src/storage/event/event-log-door.ts';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import { resultWithin } from '../../result-within.ts';
import { deliveryHang, deliveryLookMs } from '../../limits.ts';
import { DeliverTo, type NextStep } from './deliver-to.ts';
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

/** Delivers to all subscribers until the signal aborts. No subscriber waits for another. A step that hangs ends the delivery to all of them. */
async function deliverUntil({ door, subscriptions, handlers, now }: DeliveryParts, end: AbortSignal): Promise<DeliveryRun> {
  const hang = new AbortController();
  const signal = AbortSignal.any([end, hang.signal]);
  const runs = subscriptions.map(async (subscription) => {
    const { subscriber, gapMs } = subscription;
    const handler = handlers[subscriber];
    if (handler === undefined) return [];
    const deliverTo = new DeliverTo({ subscription, handler, door, now });
    const sleeper = new Sleeper(signal);
    const forget = door.whenAdded(() => sleeper.wake());
    try {
      while (!signal.aborted) {
        const began = performance.now();
        const sinceBegan = (): number => performance.now() - began;
        sleeper.forgetWakes();
        const { inMs = deliveryLookMs, rests = false } = await unlessItHangs(deliverTo, signal);
        await sleeper.sleep(Math.min(rests ? inMs : gapMs, inMs) - sinceBegan());
        if (!rests) await sleeper.sleepUntilWoken(Math.min(inMs, deliveryLookMs) - sinceBegan());
      }
    } catch (error) {
      hang.abort(error);
    }
    forget();
    return [deliverTo.run];
  });
  const subscribers = (await Promise.all(runs)).flat();
  if (hang.signal.aborted) throw hang.signal.reason;
  return { subscribers };
}

/** Makes a step. Throws when the step hangs (`deliveryHang`). The time of a handler does not count, because a handler has a limit of its own. */
async function unlessItHangs(deliverTo: DeliverTo, signal: AbortSignal): Promise<NextStep> {
  const { lookMs, looks } = deliveryHang;
  const step = deliverTo.step(signal);
  for (let quiet = 0; quiet < looks; quiet = deliverTo.isHandling ? 0 : quiet + 1) {
    const next = await resultWithin(lookMs, step);
    if (next !== undefined) return next;
  }
  // The step may end later. It acts no more, because its signal is aborted.
  throw hangs(deliverTo.run.subscriber);
}

const hangs = (subscriber: string): RingmasterError =>
  new RingmasterError('daemon.hangs', {
    cannot: `deliver events to ${subscriber}`,
    because: `a step of the delivery made no progress for ${(deliveryHang.lookMs * deliveryHang.looks) / 1_000} s`,
    hint: { run: 'ringmaster daemon show EVENT_ROUTER' },
    fields: { daemon: 'EVENT_ROUTER', subscriber },
  });
