import type { FailureRecord } from '../failure/record.ts';
import type { EventView } from './event.ts';

/** The events of one type for one subscriber. */
export interface SubscribedType {
  readonly type: string;
  /** The events that are done. */
  readonly delivered: number;
  /** The events that wait behind the cursor. */
  readonly lag: number;
  readonly retried: number;
  readonly dead: number;
}

/** A subscriber, as readers see it. */
export interface SubscriberView extends Omit<SubscribedType, 'type'> {
  readonly subscriber: string;
  /** The use that the subscriber makes of an event. */
  readonly does: string;
  /** The position up to which its events are done, retried or dead. */
  readonly position: number;
  /** The time of the oldest event that waits behind the cursor. Absent when none waits. */
  readonly lagSinceMs?: number;
  /** The events that it did not get, because retention needed their place or it had too many dead letters. */
  readonly skipped: number;
  /** When it last did not get events. Absent when it got all. */
  readonly skippedAtMs?: number;
  readonly types: readonly SubscribedType[];
}

export interface SubscriptionsView {
  readonly v: 1;
  readonly readAtMs: number;
  readonly subscribers: readonly SubscriberView[];
}

/** An event that is dead for a subscriber. */
export interface DeadLetter {
  readonly subscriber: string;
  readonly event: EventView;
  readonly tries: number;
  /** When the last try failed. */
  readonly sinceMs: number;
  readonly failure?: FailureRecord;
}
