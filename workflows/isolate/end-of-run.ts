/** Decides when a daemon and the manager of the daemons continue as new. */
import { patched, workflowInfo } from '@temporalio/workflow';
import { daemonHistoryEventsMax, openActivityEventsMax } from './limits.ts';
import { patches } from './patches.ts';

/**
 * Returns a function that returns true when the workflow must continue as new. A run with a long history ends while none of its activities is open, because
 * the next run does not get the result of an open activity and calls it again. A history that is longer still ends the run in any case.
 */
export function endOfRun(isActivityOpen: () => boolean): () => boolean {
  const waits = isLonger(daemonHistoryEventsMax) && endsQuietly();
  return () => isLonger(waits && isActivityOpen() ? openActivityEventsMax : daemonHistoryEventsMax);
}

/** False in a run whose end an older release recorded. */
export const endsQuietly = (): boolean => patched(patches.quietEnd);

function isLonger(eventsMax: number): boolean {
  const { historyLength, continueAsNewSuggested } = workflowInfo();
  return historyLength > eventsMax || continueAsNewSuggested;
}
