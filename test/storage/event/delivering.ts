/** The delivery of events about nodes to one subscriber, on the real log, with a handler that the test decides. */
import { onTestFinished } from 'vitest';
import { deliverEvents } from '../../../activities/ledger/event/deliver-events.ts';
import { DeliverTo, type NextStep } from '../../../activities/ledger/event/deliver-to.ts';
import { type AnyHandler, type EventOf, handler } from '../../../activities/ledger/event/handler.ts';
import type { DeliveryRun, SubscriberRun } from '../../../src/domain/event/router.ts';
import type { Subscription } from '../../../src/domain/event/subscription.ts';
import type { SubscriberView } from '../../../src/domain/event/subscriber-view.ts';
import { EventLogDoor } from '../../../src/storage/event/event-log-door.ts';
import { EventPump } from '../../../src/storage/event/event-pump.ts';
import { eventRetentionDefaults, type EventRetention } from '../../../src/domain/event/retention.ts';
import type { LedgerFileLimits } from '../../../src/storage/limits.ts';
import { publish } from '../../../src/storage/event/publish.ts';
import type { LedgerHarness } from '../state-folder.ts';
import { readerOf } from './pumped.ts';

export type NodeEvent = EventOf<'NODE_SUSPECT' | 'NODE_LOST'>;
export type Handle = (events: readonly NodeEvent[], signal: AbortSignal) => Promise<void>;

export const testSubscription: Subscription = {
  subscriber: 'test',
  does: 'Tests.',
  takes: { NODE_SUSPECT: 1, NODE_LOST: 1 },
  begins: 'beginning',
  waitMs: 0,
  gapMs: 0,
  limits: { triesMax: 3, pauseMs: 1_000, pauseMsMax: 8_000, handlerMsMax: 5_000 },
};

export interface Delivering {
  readonly door: EventLogDoor;
  readonly handler: AnyHandler;
  /** Makes one step of the delivery. */
  readonly step: () => Promise<NextStep>;
  /** Publishes an event about a node, and moves it to the log. Returns the evidence that names it. */
  readonly note: (node: string, k?: number) => string;
  readonly view: () => SubscriberView;
  /** Runs the activity until the returned function is called. */
  readonly start: () => () => Promise<DeliveryRun>;
  /** Runs the activity for this time. */
  readonly runFor: (maxMs: number) => Promise<DeliveryRun>;
  /** Lets the worker end. */
  readonly stopWorker: () => void;
  /** The outcome of the steps so far. */
  readonly run: SubscriberRun;
}

/** Returns the delivery to one subscriber. `retention` is the one of the log. */
export function delivering(
  on: LedgerHarness,
  handle: Handle,
  {
    retention = eventRetentionDefaults,
    fileLimits,
    ...over
  }: Partial<Subscription> & { readonly retention?: EventRetention; readonly fileLimits?: Partial<LedgerFileLimits> } = {},
): Delivering {
  const subscription = { ...testSubscription, ...over };
  const now = (): number => on.clock.nowMs;
  const door = new EventLogDoor(on.folder, [subscription], now, fileLimits);
  const pump = new EventPump({ state: on.folder, ledgers: on.ledgers, door, retention, now });
  onTestFinished(() => door.close());
  const of = handler<'NODE_SUSPECT' | 'NODE_LOST'>({ takes: { NODE_SUSPECT: 1, NODE_LOST: 1 }, keyOf: ({ payload }) => payload.node, handle });
  const to = new DeliverTo({ subscription, handler: of, door, now });
  const stopping = new AbortController();
  const deliver = deliverEvents({ door, subscriptions: [subscription], handlers: { [subscription.subscriber]: of }, now, stopping: stopping.signal });
  let noted = 0;
  return {
    door,
    handler: of,
    step: () => to.step(new AbortController().signal),
    note: (node, k = (noted += 1)) => {
      const evidence = `number ${k}`;
      publish(on.ledgers.resources.ledger, 'NODE_SUSPECT', { node, to: 'suspect', evidence }, { atMs: on.clock.nowMs, actor: 'test' });
      pump.step();
      return evidence;
    },
    view: () => {
      const found = readerOf(on)
        .subscriptions()
        .subscribers.find(({ subscriber }) => subscriber === subscription.subscriber);
      if (found === undefined) throw new Error('the subscriber has no cursor');
      return found;
    },
    runFor: (maxMs) => deliver({ maxMs }),
    stopWorker: () => stopping.abort(),
    get run() {
      return to.run;
    },
    start: () => {
      const stop = new AbortController();
      const run = deliver({ maxMs: 60_000 }, stop.signal);
      onTestFinished(() => stop.abort());
      return () => {
        stop.abort();
        return run;
      };
    },
  };
}

export const evidenceOf = (events: readonly NodeEvent[]): readonly string[] => events.map(({ payload }) => payload.evidence);
