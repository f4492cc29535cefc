import type { RecordedEvent } from '../../src/domain/event/event.ts';
import { eventTypeOf } from '../../src/domain/event/event-types.ts';
import { severityOfEvent } from '../../src/domain/event/severity.ts';
import { logOf } from '../../src/telemetry/log.ts';

const methods = { error: 'error', warn: 'warn', good: 'info', info: 'info' } as const;

/** The component of a record names the daemon, so the sentence need not. */
const withoutName = (sentence: string, daemon: unknown): string =>
  typeof daemon === 'string' && sentence.startsWith(`${daemon}: `) ? sentence.slice(daemon.length + 2) : sentence;

/** Writes the events into the log of this process. An event about one daemon is logged by the daemon. */
export function logEvents(events: readonly RecordedEvent[]): void {
  for (const event of events) {
    const { id, type, payload, actor } = event;
    const daemon = type.startsWith('DAEMON') ? (payload['daemon'] ?? 'daemon-manager') : undefined;
    const log = logOf(typeof daemon === 'string' ? daemon : 'events');
    log[methods[severityOfEvent(event)]](
      { event: id, type, actor, ...(daemon === undefined ? {} : { daemon }) },
      withoutName(eventTypeOf(type).say(payload), daemon),
    );
  }
}
