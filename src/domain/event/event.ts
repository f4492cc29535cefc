import type { FailureRecord } from '../failure/record.ts';
import type { EventTypeName } from './event-types.ts';
import type { SubscriberView } from './subscriber-view.ts';
import type { Thing } from './thing.ts';

/** An event as it is recorded. An outbox and the spool hold it until it is in the event log. */
export interface RecordedEvent {
  /** The id is unique. The event log ignores an event whose id it has. */
  readonly id: string;
  readonly type: EventTypeName;
  readonly version: number;
  readonly atMs: number;
  readonly about: readonly Thing[];
  /** The id of the event that caused this one. */
  readonly cause?: string;
  /** The operator as `user@host`, or the part of Ringmaster that acted. */
  readonly actor: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** An event of the log, as a handler gets it. */
export interface LoggedEvent extends RecordedEvent {
  /** The position in the log. */
  readonly position: number;
}

/** An event of the log, as readers see it. */
export interface EventView extends Omit<RecordedEvent, 'type'> {
  /** The position in the log. It only grows, and no position is used twice. */
  readonly position: number;
  /** The name of the type. A log that a newer release wrote may have types that this release does not know. */
  readonly type: string;
  /** What happened, as one sentence. */
  readonly text: string;
}

/** A part of the log. */
export interface EventPage {
  readonly v: 1;
  /** When the log was read. */
  readonly readAtMs: number;
  /** The events, the oldest first. */
  readonly events: readonly EventView[];
  /** True when older events fit too and were left out. */
  readonly hasMore: boolean;
  /** The events that happened and are not in the log yet. */
  readonly waiting: WaitingEvents;
  /** Present when no event is about the thing that was asked for: the thing that was perhaps meant. */
  readonly nearest?: string;
}

/** An event with its causes and its effects. */
export interface EventTrace {
  readonly v: 1;
  /** The chain of causes, the first cause first. */
  readonly causes: readonly EventView[];
  readonly event: EventView;
  /** The effects. Each one stands behind the event that caused it. */
  readonly effects: readonly EventView[];
  /** True when further effects were left out. */
  readonly hasMore: boolean;
  /** The id of a cause that the log does not have: it was removed, or it is not in the log yet. */
  readonly missing?: string;
}

export interface EventStats {
  readonly v: 1;
  readonly readAtMs: number;
  readonly log: { readonly events: number; readonly newestPosition: number; readonly oldestAtMs?: number };
  /** The events of each type since the log was made, also those that were removed. */
  readonly types: readonly { readonly type: string; readonly events: number; readonly newestAtMs: number }[];
  readonly outboxes: readonly (WaitingEvents & { readonly ledger: string })[];
  readonly subscribers: readonly SubscriberView[];
  /** Why the log cannot be written. Absent while it can. */
  readonly failure?: FailureRecord;
}

/** The events that wait in the outboxes. */
export interface WaitingEvents {
  readonly events: number;
  /** The time of the oldest one. Absent when none waits. */
  readonly sinceMs?: number;
}
