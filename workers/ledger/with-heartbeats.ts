import { heartbeatMs, lookHeartbeatMs } from '../../activities/limits.ts';
import { withHeartbeat } from '../../activities/with-heartbeat.ts';
import type { LedgerActivities } from '../../src/contract/activity/by-queue.ts';
import { type LedgerPace, ledgerPace } from '../../src/contract/activity/ledger-pace.ts';

type Activity = (input: unknown, signal?: AbortSignal) => Promise<unknown>;

const sendingHeartbeats =
  (activity: Activity, everyMs: number): Activity =>
  (input) =>
    withHeartbeat((signal) => activity(input, signal), undefined, everyMs);

/**
 * Returns the ledger's activities. The activities that have a heartbeat timeout in the workflows send heartbeats. These are the activities of every
 * pace except `statement`.
 */
export const withHeartbeats = (activities: LedgerActivities): LedgerActivities =>
  Object.fromEntries(
    Object.entries(activities).map(([name, activity]) => [
      name,
      paceOf(name) === 'statement' ? activity : sendingHeartbeats(activity as Activity, paceOf(name) === 'looks' ? lookHeartbeatMs : heartbeatMs),
    ]),
  ) as unknown as LedgerActivities;

const paceOf = (name: string): LedgerPace => ledgerPace[name as keyof LedgerActivities];
