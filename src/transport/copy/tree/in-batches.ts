import { treeLimits } from '../../limits.ts';

/** Runs a step for each item, a limited number of them at a time. Returns the results in the order of the items. */
export async function inBatches<T, R>(items: readonly T[], step: (item: T) => Promise<R>, signal?: AbortSignal): Promise<readonly R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += treeLimits.stepsAtOnceMax) {
    signal?.throwIfAborted();
    results.push(...(await Promise.all(items.slice(at, at + treeLimits.stepsAtOnceMax).map(step))));
  }
  return results;
}
