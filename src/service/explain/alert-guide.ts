import { clusterKey } from '../../domain/cluster/cluster-key.ts';
import type { FailureCode } from '../../domain/failure/table.ts';
import type { FailureAdvice } from './failure-advice.ts';

/** The advice for the failures of alert channels. */
export const alertGuide = {
  'alert.channel-away': {
    meaning:
      'The receiver of an alert channel was away, too slow or busy, or the program of the channel failed. The message was tried again until it was an hour old.',
    next: [
      { say: 'look whether the receiver runs, then send a test', run: 'ringmaster alert test CHANNEL' },
      { say: 'see which alerts fire: the channel gets them again within 15 minutes', run: 'ringmaster alert list' },
    ],
  },
  'alert.channel-refused': {
    meaning: 'The receiver of an alert channel refused a message, and would refuse it again. The message was not sent again.',
    next: [
      { say: `compare ${clusterKey('alerts.channels')} in the cluster file with what the receiver wants: its address, its form and its key` },
      { say: 'then send a test', run: 'ringmaster alert test CHANNEL' },
    ],
  },
} as const satisfies Partial<Record<FailureCode, FailureAdvice>>;
