import { Context } from '@temporalio/activity';
import { heartbeatMs } from './limits.ts';

/**
 * Runs `step` and sends heartbeats meanwhile. The heartbeats let the server notice the death of this process in seconds, and let the step learn of a
 * cancellation. The first heartbeat is not sent at once: the server's timeout starts with the activity, and most steps finish before a heartbeat is
 * due. Each heartbeat carries what `details` returns. The next attempt of the activity receives the details of the last heartbeat.
 */
export async function withHeartbeat<T>(step: (signal: AbortSignal) => Promise<T>, details?: () => unknown, everyMs = heartbeatMs): Promise<T> {
  const context = Context.current();
  const beat = setInterval(() => context.heartbeat(details?.()), everyMs);
  try {
    return await step(context.cancellationSignal);
  } finally {
    clearInterval(beat);
  }
}
