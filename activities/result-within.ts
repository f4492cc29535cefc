import { setTimeout as sleep } from 'node:timers/promises';

/** Returns the result of the work, or undefined when the work takes longer than the limit. The work itself goes on then. */
export async function resultWithin<Result>(limitMs: number, work: Promise<Result>): Promise<Result | undefined> {
  const wait = new AbortController();
  const limit = sleep(limitMs, undefined, { signal: wait.signal }).catch(() => undefined);
  try {
    return await Promise.race([work, limit]);
  } finally {
    wait.abort();
  }
}
