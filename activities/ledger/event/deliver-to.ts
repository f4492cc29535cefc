/**
 * Delivers events to one subscriber: first the retried events whose time has come, then the new ones. `src/domain/event/delivery.ts` has the states, and
 * what follows from a failure.
 *
 * | the worker dies                            | then                                                                       |
 * |--------------------------------------------|----------------------------------------------------------------------------|
 * | before the handler                         | the cursor is behind, and the event is delivered                           |
 * | between the handler and the cursor's move  | the event is delivered once more, and the key of the effect finds it done  |
 * | after the move                             | nothing is left to do                                                      |
 */
import { afterFailure, byKey, restMsAfter } from '../../../src/domain/event/delivery.ts';
import type { LoggedEvent } from '../../../src/domain/event/event.ts';
import type { SubscriberRun } from '../../../src/domain/event/router.ts';
import type { Subscription } from '../../../src/domain/event/subscription.ts';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import type { FailureRecord } from '../../../src/domain/failure/record.ts';
import { toFailureRecord } from '../../../src/domain/failure/to-failure-record.ts';
import { given } from '../../../src/base/given.ts';
import type { Batch, LateEvent } from '../../../src/storage/event/deliveries.ts';
import type { EventLogDoor } from '../../../src/storage/event/event-log-door.ts';
import { requireFit } from '../../../src/storage/event/logged-event.ts';
import { eventLimits } from '../../../src/storage/limits.ts';
import type { AnyHandler } from './handler.ts';

export interface SubscriberParts {
  readonly subscription: Subscription;
  readonly handler: AnyHandler;
  readonly door: EventLogDoor;
  readonly now: () => number;
}

/** When the next step is due: at once, after a time, or, without a time, when events are added. */
export interface NextStep {
  readonly inMs?: number;
  /** True while the subscriber rests: events that are added do not end the rest. */
  readonly rests?: true;
}

type Outcome = { readonly type: 'done' } | { readonly type: 'late'; readonly late: LateEvent } | { readonly type: 'closed' };

export class DeliverTo {
  readonly #parts: SubscriberParts;
  #done = 0;
  #failed = 0;
  #closed = 0;
  #failure: FailureRecord | undefined;
  /** A batch has at most this many events, so that it takes about a second and a worker that dies repeats little. */
  #batchMax: number = eventLimits.deliveredMin;
  #isHandling = false;

  constructor(parts: SubscriberParts) {
    this.#parts = parts;
  }

  get run(): SubscriberRun {
    return { subscriber: this.#name, done: this.#done, failed: this.#failed, ...given({ failure: this.#failure }) };
  }

  /** True while a handler works. */
  get isHandling(): boolean {
    return this.#isHandling;
  }

  get #name(): string {
    return this.#parts.subscription.subscriber;
  }

  /** Makes one step. A failure of the log is a reason to rest too. */
  async step(signal: AbortSignal): Promise<NextStep> {
    try {
      const retried = await this.#retried(signal);
      const fresh = retried.isClosed ? retried : await this.#fresh(signal);
      if (fresh.isClosed) return this.#rest();
      this.#closed = 0;
      this.#failure = undefined;
      const waits = [retried.inMs, fresh.inMs].filter((ms) => ms !== undefined);
      return waits.length === 0 ? {} : { inMs: Math.min(...waits) };
    } catch (error) {
      this.#failure = toFailureRecord(error);
      return this.#rest();
    }
  }

  #rest(): NextStep {
    this.#closed += 1;
    return { inMs: restMsAfter(this.#closed), rests: true };
  }

  async #retried(signal: AbortSignal): Promise<{ readonly isClosed: boolean; readonly inMs?: number }> {
    const { door, now } = this.#parts;
    const { events, nextAtMs } = door.use(({ deliveries }) => deliveries.due(this.#name, now()));
    for (const { event, key, tries } of events) {
      const outcome = await this.#one(event, key, tries, signal);
      if (outcome.type === 'closed') return { isClosed: !signal.aborted };
      const late = outcome.type === 'late' ? outcome.late : undefined;
      door.use(({ deliveries }) => deliveries.settle(this.#name, event, late, now()));
    }
    // A settled event may have freed the next one of its key.
    if (events.length > 0) return { isClosed: false, inMs: 0 };
    return { isClosed: false, ...given({ inMs: nextAtMs === undefined ? undefined : Math.max(0, nextAtMs - now()) }) };
  }

  async #fresh(signal: AbortSignal): Promise<{ readonly isClosed: boolean; readonly inMs?: number }> {
    const { door, now, subscription } = this.#parts;
    const batch = door.use(({ deliveries }) => deliveries.batch(subscription, this.#batchMax, now()));
    const began = performance.now();
    if (batch === undefined || batch.to === batch.from) return { isClosed: false, ...given({ inMs: batch?.waitMs }) };
    const { done, late, closedAt } = await this.#handled(batch, signal);
    this.#batchMax = nextBatchMax(this.#batchMax, batch.events.length, performance.now() - began);
    const to = closedAt === undefined ? batch.to : closedAt - 1;
    const isBefore = ({ position }: LoggedEvent): boolean => position <= to;
    if (to > batch.from)
      door.use(({ deliveries }) =>
        deliveries.advance(
          this.#name,
          { from: batch.from, to, done: done.filter(isBefore), late: late.filter(({ event }) => isBefore(event)) },
          now(),
        ),
      );
    if (closedAt !== undefined) return { isClosed: !signal.aborted };
    const areDue = late.some(({ isDead }) => !isDead);
    return { isClosed: false, ...given({ inMs: batch.hasMore ? 0 : areDue ? subscription.limits.pauseMs : batch.waitMs }) };
  }

  /** Handles the events of a batch. `closedAt` is the position of the first event that was not handled, because the way is closed. */
  async #handled({ events }: Batch, signal: AbortSignal): Promise<{ done: LoggedEvent[]; late: LateEvent[]; closedAt?: number }> {
    const { door, handler, now } = this.#parts;
    const [done, late]: [LoggedEvent[], LateEvent[]] = [[], []];
    const fit: LoggedEvent[] = [];
    for (const event of events) {
      try {
        requireFit(event);
        fit.push(event);
      } catch (error) {
        late.push(this.#lateAfter(event, event.id, 0, toFailureRecord(error)) as LateEvent);
      }
    }
    const blocked = new Set(fit.length === 0 ? [] : door.use(({ deliveries }) => deliveries.retriedKeys(this.#name)));
    for (const group of byKey(fit, handler.keyOf)) {
      const isWhole = !blocked.has(group.key) && group.events.length > 1 && (await this.#call(group.events, signal)) === undefined;
      if (isWhole) {
        this.#done += group.events.length;
        done.push(...group.events);
        continue;
      }
      for (const event of group.events) {
        if (blocked.has(group.key)) {
          late.push({ event, key: group.key, tries: 0, nextAtMs: now(), isDead: false });
          continue;
        }
        const outcome = await this.#one(event, group.key, 0, signal);
        if (outcome.type === 'closed') return { done, late, closedAt: event.position };
        if (outcome.type === 'done') done.push(event);
        else late.push(outcome.late);
        if (outcome.type === 'late' && !outcome.late.isDead) blocked.add(group.key);
      }
    }
    return { done, late };
  }

  /** Delivers one event. */
  async #one(event: LoggedEvent, key: string, tries: number, signal: AbortSignal): Promise<Outcome> {
    const failure = await this.#call([event], signal);
    if (signal.aborted) return { type: 'closed' };
    if (failure === undefined) {
      this.#done += 1;
      return { type: 'done' };
    }
    this.#failed += 1;
    const late = this.#lateAfter(event, key, tries, failure);
    if (late !== undefined) return { type: 'late', late };
    this.#failure = failure;
    return { type: 'closed' };
  }

  /** Returns how an event goes on after a failure, or undefined when the way is closed. */
  #lateAfter(event: LoggedEvent, key: string, tries: number, failure: FailureRecord): LateEvent | undefined {
    const step = afterFailure(tries, failure.code, this.#parts.subscription.limits, this.#parts.now());
    switch (step.type) {
      case 'rest':
        return undefined;
      case 'retry':
        return { event, key, tries: step.tries, nextAtMs: step.nextAtMs, failure, isDead: false };
      case 'die':
        return { event, key, tries: step.tries, nextAtMs: 0, failure, isDead: true };
    }
  }

  /** Calls the handler, and returns its failure. A handler over its limit has failed, and its signal aborts. */
  async #call(events: readonly LoggedEvent[], signal: AbortSignal): Promise<FailureRecord | undefined> {
    const { handlerMsMax } = this.#parts.subscription.limits;
    const ended = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const stop = (): void => ended.abort();
    signal.addEventListener('abort', stop, { once: true });
    const limit = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(slow(this.#name, events, handlerMsMax)), handlerMsMax);
      ended.signal.addEventListener('abort', () => reject(new Error('the delivery ends')), { once: true });
    });
    try {
      if (signal.aborted) throw new Error('the delivery ends');
      for (const event of events) requireFit(event);
      this.#isHandling = true;
      await Promise.race([this.#parts.handler.handle(events, ended.signal), limit]);
      return undefined;
    } catch (error) {
      return toFailureRecord(error);
    } finally {
      this.#isHandling = false;
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      ended.abort();
    }
  }
}

const slow = (subscriber: string, [event]: readonly LoggedEvent[], limitMs: number): RingmasterError =>
  new RingmasterError('event.handler-slow', {
    cannot: `deliver ${event?.type} ${event?.id} to ${subscriber}`,
    because: `its handler did not end within ${Math.round(limitMs / 1_000)} s`,
    hint: { run: 'ringmaster event dead list' },
    fields: { subscriber },
  });

/** Returns the size of the next batch: twice as many after a full batch that was quick, and half as many after a slow one. */
function nextBatchMax(max: number, events: number, tookMs: number): number {
  if (tookMs > eventLimits.batchMsMax) return Math.max(1, Math.floor(Math.min(max, events) / 2));
  return events === max && tookMs < eventLimits.batchMsMax / 4 ? Math.min(max * 2, eventLimits.deliveredMax) : max;
}
