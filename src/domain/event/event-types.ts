/**
 * The table of event types. To add a type, add a row to one of these tables, publish it where the change is recorded (`publish` in
 * `src/storage/event/publish.ts`), and test it. `docs/events.md` is made from this table, and a tidy test fails for a type that nothing publishes.
 */
import { alertEvents } from './alert-events.ts';
import { clusterEvents } from './cluster-events.ts';
import { deliveryEvents } from './delivery-events.ts';
import { daemonEvents } from './daemon-events.ts';
import type { RecordedEvent } from './event.ts';
import type { EventType } from './event-type.ts';
import type { PayloadOf } from './fields.ts';
import { itemEvents } from './item-events.ts';
import { nodeEvents } from './node-events.ts';
import { pipelineEvents } from './pipeline-events.ts';
import { stageEvents } from './stage-events.ts';
import type { Thing } from './thing.ts';

export const eventTypes = {
  ...nodeEvents,
  ...itemEvents,
  ...stageEvents,
  ...pipelineEvents,
  ...daemonEvents,
  ...alertEvents,
  ...clusterEvents,
  ...deliveryEvents,
} as const;

type EventTypes = typeof eventTypes;
export type EventTypeName = keyof EventTypes;
export const eventTypeNames = Object.keys(eventTypes) as EventTypeName[];
export const isEventType = (text: string): text is EventTypeName => Object.hasOwn(eventTypes, text);

/** A row as code sees it that handles events of any type. */
type AnyEventType = Pick<EventType, 'version' | 'when' | 'fields'> & {
  readonly about: (payload: RecordedEvent['payload']) => readonly Thing[];
  readonly say: (payload: RecordedEvent['payload']) => string;
};
export const eventTypeOf = (name: EventTypeName): AnyEventType => eventTypes[name] as unknown as AnyEventType;

/** The payload of an event of this type. */
export type PayloadOfType<Name extends EventTypeName> = EventTypes[Name] extends EventType<infer F> ? PayloadOf<F> : never;
