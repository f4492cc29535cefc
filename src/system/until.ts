import { setTimeout as sleep } from 'node:timers/promises';
import { systemLimits } from './limits.ts';

/** Calls `isTrue` again and again. Returns true as soon as `isTrue` does, and false when `limitMs` have passed. */
export async function until(limitMs: number, isTrue: () => boolean | Promise<boolean>, everyMs: number = systemLimits.pollMs): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    if (await isTrue()) return true;
    if (performance.now() >= deadline) return false;
    await sleep(everyMs);
  }
}
