/** The metrics of events, and of their delivery to subscribers. */
import type { SubscriberView } from '../../domain/event/subscriber-view.ts';
import { subscribersMeasuredMax } from '../limits.ts';
import { type ClusterFamily, secondsSince } from './family.ts';

const perSubscriber =
  (value: (one: SubscriberView, nowMs: number) => number): ClusterFamily['of'] =>
  ({ events, nowMs }) =>
    (events?.subscribers ?? []).slice(0, subscribersMeasuredMax).map((one) => [{ subscriber: one.subscriber }, value(one, nowMs)]);

export const ofEvents: readonly ClusterFamily[] = [
  {
    name: 'ringmaster_events_total',
    type: 'counter',
    help: 'Events since the event log was made.',
    labels: ['type'],
    of: ({ events }) => (events?.types ?? []).map((one) => [{ type: one.type }, one.events]),
  },
  {
    name: 'ringmaster_outbox_events',
    type: 'gauge',
    help: 'Events of a ledger that are not in the event log yet.',
    labels: ['ledger'],
    of: ({ events }) => (events?.outboxes ?? []).map((one) => [{ ledger: one.ledger }, one.events]),
  },
  {
    name: 'ringmaster_deliveries_total',
    type: 'counter',
    help: 'Events that a subscriber got.',
    labels: ['subscriber'],
    of: perSubscriber((one) => one.delivered),
  },
  {
    name: 'ringmaster_delivery_lag_events',
    type: 'gauge',
    help: 'Events that wait for a subscriber.',
    labels: ['subscriber'],
    of: perSubscriber((one) => one.lag),
  },
  {
    name: 'ringmaster_delivery_lag_seconds',
    type: 'gauge',
    help: 'Age of the oldest event that waits for a subscriber.',
    labels: ['subscriber'],
    of: perSubscriber(({ lagSinceMs }, nowMs) => (lagSinceMs === undefined ? 0 : secondsSince(nowMs, lagSinceMs))),
  },
  {
    name: 'ringmaster_delivery_retried_events',
    type: 'gauge',
    help: 'Events whose delivery to a subscriber failed and is tried again.',
    labels: ['subscriber'],
    of: perSubscriber((one) => one.retried),
  },
  {
    name: 'ringmaster_dead_letters',
    type: 'gauge',
    help: 'Events whose delivery to a subscriber failed at every try.',
    labels: ['subscriber'],
    of: perSubscriber((one) => one.dead),
  },
  {
    name: 'ringmaster_delivery_skipped_events_total',
    type: 'counter',
    help: 'Events that a subscriber did not get, because the log or its dead letters were full.',
    labels: ['subscriber'],
    of: perSubscriber((one) => one.skipped),
  },
];
