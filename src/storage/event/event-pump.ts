import type { EventRetention } from '../../domain/event/retention.ts';
import type { RecordedEvent } from '../../domain/event/event.ts';
import type { FailureRecord } from '../../domain/failure/record.ts';
import { toFailureRecord } from '../../domain/failure/to-failure-record.ts';
import { eventLimits } from '../limits.ts';
import type { Ledgers } from '../ledger/ledgers.ts';
import type { EventLogDoor } from './event-log-door.ts';
import { publishQueuedGroups } from '../queue/publish-queued.ts';
import { clearLogFailure, recordLogFailure } from './log-failure.ts';
import { spoolOf } from './event-spool.ts';
import { RemovalClock } from '../retention/removal-clock.ts';
import { outboxLedgers } from './outbox-ledgers.ts';
import { type EventSource, outboxOf, pumpEvents } from './pump-events.ts';
import { logOf } from '../../telemetry/log.ts';

export interface PumpParts {
  readonly state: string;
  readonly ledgers: Ledgers;
  readonly door: EventLogDoor;
  readonly retention: EventRetention;
  readonly now: () => number;
  /** Called with the events that were moved. After a crash it can be called again with the same events. */
  readonly onMoved?: (events: readonly RecordedEvent[]) => void;
}

/**
 * Moves events into the event log. A log that cannot be opened or written keeps nothing else from working: the events wait, the reason is recorded, and a
 * later step opens the file again.
 */
export class EventPump {
  readonly #parts: PumpParts;
  readonly #sources: readonly EventSource[];
  readonly #removal: RemovalClock;
  #recorded: string | undefined;

  constructor(parts: PumpParts) {
    this.#parts = parts;
    this.#removal = new RemovalClock(parts.state);
    this.#sources = [...outboxLedgers.map((key) => outboxOf(key, parts.ledgers[key].ledger)), spoolOf(parts.state)];
    // A failure that an earlier process recorded stays until this process has written to the log.
    this.#recorded = 'earlier';
  }

  /** Moves one batch. Returns true when further events may wait, and a failure when the log could not be written. */
  step(): boolean | FailureRecord {
    const { door, ledgers, retention, now } = this.#parts;
    const removalMs = this.#removal.look(now());
    try {
      publishQueuedGroups(ledgers.queue.ledger, now());
      const moved = pumpEvents(this.#sources, (events) => {
        door.use(({ log }) => log.append(events, retention, now(), removalMs));
        this.#parts.onMoved?.(events);
      });
      this.#record(undefined);
      if (moved > 0) door.added();
      return moved >= eventLimits.pumpEventsMax;
    } catch (error) {
      const failure = toFailureRecord(error);
      this.#record(failure);
      return failure;
    }
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
      logOf('events').error(toFailureRecord(error).message);
    }
  }

  /** Closes the log. The next step opens it again. */
  close(): void {
    this.#parts.door.close();
  }
}
