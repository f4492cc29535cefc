import type { LoggedEvent } from '../../../src/domain/event/event.ts';
import type { EventTypeName, PayloadOfType } from '../../../src/domain/event/event-types.ts';
import type { DeclaredHandler } from '../../../src/domain/event/subscription.ts';

/** An event of one of these types, with the payload of its type. */
export type EventOf<Name extends EventTypeName> = {
  readonly [One in Name]: Omit<LoggedEvent, 'type' | 'payload'> & { readonly type: One; readonly payload: PayloadOfType<One> };
}[Name];

/**
 * The handler of a subscriber. An event is delivered at least once: a worker that dies after the effect delivers it again. So the effect of a handler has
 * a key of its own, and a repeat finds it done. The key is the id of the event, or what the effect is about, such as a node and the digest of a dataset.
 */
export interface EventHandler<Name extends EventTypeName> {
  /** The types that the handler takes, each with the version of the payload. */
  readonly takes: Readonly<Record<Name, number>>;
  /** Events of one key are delivered in the order of the log. */
  readonly keyOf: (event: EventOf<Name>) => string;
  /** Handles new events of one key together, in their order. When it throws, they are delivered one by one. `signal` aborts at the limit of the handler. */
  readonly handle: (events: readonly [EventOf<Name>, ...EventOf<Name>[]], signal: AbortSignal) => Promise<void>;
}

/** A handler as the delivery sees it, which has checked the payload of each event. */
export interface AnyHandler extends DeclaredHandler {
  readonly keyOf: (event: LoggedEvent) => string;
  readonly handle: (events: readonly LoggedEvent[], signal: AbortSignal) => Promise<void>;
}

/** Returns the handler. The compiler derives the type of the events from `takes`. */
export const handler = <const Name extends EventTypeName>(of: EventHandler<Name>): AnyHandler => of as unknown as AnyHandler;
