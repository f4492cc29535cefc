import { statSync } from 'node:fs';
import type { EventRetention } from '../../domain/event/retention.ts';
import type { RecordedEvent } from '../../domain/event/event.ts';
import type { FailureRecord } from '../../domain/failure/record.ts';
import { toFailureRecord } from '../../domain/failure/to-failure-record.ts';
import { eventLimits } from '../limits.ts';
import { ledgerPaths } from '../ledger/ledger-paths.ts';
import { openOneLedger, type Ledgers } from '../ledger/ledgers.ts';
import type { EventLog } from './event-log.ts';
import { clearLogFailure, recordLogFailure } from './log-failure.ts';
import { spoolOf } from './event-spool.ts';
import { outboxLedgers } from './outbox-ledgers.ts';
import { type EventSource, outboxOf, pumpEvents } from './pump-events.ts';

export interface PumpParts {
  readonly state: string;
  readonly ledgers: Ledgers;
  readonly retention: EventRetention;
  readonly now: () => number;
}

/**
 * Keeps the event log open and moves events into it. A log that cannot be opened or written keeps nothing else from working: the events wait, the reason
 * is recorded, and a later step opens the file again. So the pump also goes on with a file that was restored, replaced or removed meanwhile.
 */
export class EventPump {
  readonly #parts: PumpParts;
  readonly #sources: readonly EventSource[];
  #log: { readonly log: EventLog; readonly inode: number } | undefined;
  #damaged: { readonly inode: number; readonly failure: unknown } | undefined;
  #recorded: string | undefined;

  constructor(parts: PumpParts) {
    this.#parts = parts;
    this.#sources = [...outboxLedgers.map((key) => outboxOf(key, parts.ledgers[key].ledger)), spoolOf(parts.state)];
    // A failure that an earlier process recorded stays until this process has written to the log.
    this.#recorded = 'earlier';
  }

  /** Moves one batch. Returns true when further events may wait, and a failure when the log could not be written. */
  step(): boolean | FailureRecord {
    try {
      const moved = pumpEvents(this.#sources, (events) => this.#append(events));
      this.#record(undefined);
      return moved >= eventLimits.pumpEventsMax;
    } catch (error) {
      const failure = toFailureRecord(error);
      this.#closeLog();
      this.#record(failure);
      return failure;
    }
  }

  #append(events: readonly RecordedEvent[]): void {
    const { retention, now } = this.#parts;
    this.#open().append(events, retention, now());
  }

  #open(): EventLog {
    const { state } = this.#parts;
    const file = ledgerPaths(state).events;
    const inodeNow = (): number => statSync(file, { throwIfNoEntry: false })?.ino ?? 0;
    if (this.#log !== undefined && this.#log.inode !== inodeNow()) this.#closeLog();
    if (this.#damaged !== undefined && this.#damaged.inode === inodeNow()) throw this.#damaged.failure;
    this.#damaged = undefined;
    if (this.#log === undefined) {
      const log = openOneLedger(state, 'events', { onCorrupt: (failure) => (this.#damaged = { inode: inodeNow(), failure }) });
      this.#log = { log, inode: inodeNow() };
    }
    return this.#log.log;
  }

  /** Records a failure, or its end, once. A ledger that cannot take the record changes nothing else: the watch also reads the age of the waiting events. */
  #record(failure: FailureRecord | undefined): void {
    const recorded = failure === undefined ? undefined : `${failure.code} ${failure.message}`;
    if (recorded === this.#recorded) return;
    const { ledger } = this.#parts.ledgers.resources;
    try {
      ledger.write('record the state of the event log', () =>
        failure === undefined ? clearLogFailure(ledger) : recordLogFailure(ledger, failure, this.#parts.now()),
      );
      this.#recorded = recorded;
    } catch (error) {
      console.error(toFailureRecord(error).message);
    }
  }

  #closeLog(): void {
    const open = this.#log;
    this.#log = undefined;
    try {
      open?.log.close();
    } catch (error) {
      console.error(toFailureRecord(error).message); // The file is damaged. It is opened again at the next step.
    }
  }

  close(): void {
    this.#closeLog();
  }
}
