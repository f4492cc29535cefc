import { Context } from '@temporalio/activity';

const beatMs = 2_000;

/**
 * Runs a step with a heartbeat, so that the death of its process is noticed in seconds and a cancel arrives. None at its beginning: the server counts
 * from the start, and most steps are over before the first. `details` is asked at each: what the next try is to know.
 */
export async function beating<T>(step: (signal: AbortSignal) => Promise<T>, details?: () => unknown): Promise<T> {
  const context = Context.current();
  const beat = setInterval(() => context.heartbeat(details?.()), beatMs);
  try {
    return await step(context.cancellationSignal);
  } finally {
    clearInterval(beat);
  }
}

/** The same for whole activities whose code knows nothing of Temporal. */
export const withHeartbeat =
  <Input, Output>(activity: (input: Input) => Promise<Output>) =>
  (input: Input): Promise<Output> =>
    beating(() => activity(input));
