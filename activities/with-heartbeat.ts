import { Context } from '@temporalio/activity';
import { heartbeatMs } from './limits.ts';

/**
 * Runs `step` while heartbeats are sent, so that the death of this process is noticed in seconds and the step learns of a cancellation. Sends no heartbeat at
 * once: the server's timeout starts with the activity, and most steps finish before the first heartbeat is due. Each heartbeat carries what `details` returns;
 * the next attempt of the activity receives the last of them.
 */
export async function withHeartbeat<T>(step: (signal: AbortSignal) => Promise<T>, details?: () => unknown): Promise<T> {
  const context = Context.current();
  const beat = setInterval(() => context.heartbeat(details?.()), heartbeatMs);
  try {
    return await step(context.cancellationSignal);
  } finally {
    clearInterval(beat);
  }
}
