import type { RecordedEvent, WaitingEvents } from '../../domain/event/event.ts';
import type { FailureRecord } from '../../domain/failure/record.ts';
import { waitingInSpool } from '../event/event-spool.ts';
import { outboxLedgers } from '../event/outbox-ledgers.ts';
import { type LedgerFiles, parseJson } from './ledger-files.ts';

/** Returns how many events wait in the outbox of a ledger. Reading an empty outbox takes no time. */
function waitingIn(files: LedgerFiles, key: (typeof outboxLedgers)[number]): WaitingEvents {
  const box = files[key].get<{ events: number; event: string }>(
    'SELECT (SELECT max(seq) FROM outbox) - seq + 1 AS events, event FROM outbox ORDER BY seq LIMIT 1',
  );
  return box === undefined ? { events: 0 } : { events: box.events, sinceMs: parseJson<RecordedEvent>(box.event).atMs };
}

/** Returns how many events wait in each outbox, and in the spool of the processes that have no ledger open. */
export const waitingPlaces = (files: LedgerFiles, state: string): readonly (WaitingEvents & { readonly ledger: string })[] => [
  ...outboxLedgers.map((ledger) => ({ ledger, ...waitingIn(files, ledger) })),
  { ledger: 'spool', ...waitingInSpool(state) },
];

/** Returns how many events wait for the log. */
export function waitingEvents(files: LedgerFiles, state: string): WaitingEvents {
  const boxes = waitingPlaces(files, state);
  const events = boxes.reduce((sum, box) => sum + box.events, 0);
  return events === 0 ? { events } : { events, sinceMs: Math.min(...boxes.flatMap(({ sinceMs }) => (sinceMs === undefined ? [] : [sinceMs]))) };
}

/** Returns why the event log cannot be written, or undefined while it can. */
export function logFailure({ resources }: LedgerFiles): { readonly sinceMs: number; readonly failure: FailureRecord } | undefined {
  const row = resources.get<{ since_ms: number; failure: string }>('SELECT since_ms, failure FROM event_log_failure');
  return row === undefined ? undefined : { sinceMs: row.since_ms, failure: parseJson<FailureRecord>(row.failure) };
}
