/** Table `event_log_failure` of `resource_state.db`: why the event log could not be written last. It has one row while the log cannot be written. */
import type { FailureRecord } from '../../domain/failure/record.ts';
import type { Ledger } from '../ledger/open-ledger.ts';

export const logFailureTable = `
  CREATE TABLE event_log_failure (one INTEGER PRIMARY KEY CHECK (one = 1), since_ms INTEGER NOT NULL, failure TEXT NOT NULL) STRICT;
`;

/** Records why the event log cannot be written. The time of the first failure is kept until a write succeeds. */
export function recordLogFailure(ledger: Ledger, failure: FailureRecord, nowMs: number): void {
  ledger
    .statement('INSERT INTO event_log_failure (one, since_ms, failure) VALUES (1, ?, ?) ON CONFLICT (one) DO UPDATE SET failure = excluded.failure')
    .run(nowMs, JSON.stringify(failure));
}

export const clearLogFailure = (ledger: Ledger): void => void ledger.statement('DELETE FROM event_log_failure').run();
