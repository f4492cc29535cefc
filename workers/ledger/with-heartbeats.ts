import { withHeartbeat } from '../../activities/with-heartbeat.ts';
import type { LedgerActivities } from '../../src/contract/activity/by-queue.ts';
import { ledgerPace } from '../../src/contract/activity/ledger-pace.ts';

type Activity = (input: unknown, signal?: AbortSignal) => Promise<unknown>;

const sendingHeartbeats =
  (activity: Activity): Activity =>
  (input) =>
    withHeartbeat((signal) => activity(input, signal));

/**
 * Returns the ledger's activities. The activities that have a heartbeat timeout in the workflows send heartbeats. These are the activities of every
 * pace except `statement`.
 */
export const withHeartbeats = (activities: LedgerActivities): LedgerActivities =>
  Object.fromEntries(
    Object.entries(activities).map(([name, activity]) => [
      name,
      ledgerPace[name as keyof LedgerActivities] === 'statement' ? activity : sendingHeartbeats(activity as Activity),
    ]),
  ) as unknown as LedgerActivities;
