import { given } from '../../base/given.ts';
import type { EventStats } from '../../domain/event/event.ts';
import type { LedgerFiles } from './ledger-files.ts';
import { subscribersOf } from './read-deliveries.ts';
import { logFailure, waitingPlaces } from './waiting-events.ts';

/** Returns what the log holds, what was published of each type, and what waits in each outbox. */
export function statsOf(files: LedgerFiles, state: string, nowMs: number): EventStats {
  const log = files.events.get<{ events: number; oldestAtMs: number | null; newestPosition: number | null }>(
    'SELECT count(*) AS events, min(at_ms) AS oldestAtMs, max(position) AS newestPosition FROM events',
  );
  const types = files.events.all<{ type: string; events: number; newestAtMs: number }>(
    'SELECT type, events, newest_at_ms AS newestAtMs FROM published ORDER BY events DESC, type',
  );
  return {
    v: 1,
    readAtMs: nowMs,
    log: { events: log?.events ?? 0, newestPosition: log?.newestPosition ?? 0, ...given({ oldestAtMs: log?.oldestAtMs ?? undefined }) },
    types: types.map((row) => ({ ...row })),
    outboxes: waitingPlaces(files, state),
    subscribers: subscribersOf(files),
    ...given({ failure: logFailure(files)?.failure }),
  };
}
