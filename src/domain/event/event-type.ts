import type { Fields, PayloadOf } from './fields.ts';
import type { Thing } from './thing.ts';

/** A row of the table of event types. */
export interface EventType<F extends Fields = Fields> {
  /** The version of the payload. It grows when a field changes its meaning or goes away. A new optional field needs no new version. */
  readonly version: number;
  /** When such an event is recorded. One sentence for the documents. */
  readonly when: string;
  readonly fields: F;
  /** Returns the things that the event is about. `ringmaster event list --about` and `explain` find the event by them. */
  readonly about: (payload: PayloadOf<F>) => readonly Thing[];
  /** Returns what happened, as one sentence without a full stop. */
  readonly say: (payload: PayloadOf<F>) => string;
}

/** Returns the row. The compiler derives the type of the payload from the fields. */
export const eventType = <const F extends Fields>(row: EventType<F>): EventType<F> => row;
