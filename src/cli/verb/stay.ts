import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../context/context.ts';
import type { Interruption } from '../exit/interruption.ts';
import { foregroundLookMs } from '../limits.ts';

/**
 * Stays until a stop is asked for, by a signal to this process or by `ringmaster down` elsewhere. A launcher that died is started again, and adopts the
 * processes that live. Returns how it ended. When the launcher cannot be started again, the failure of `up` is thrown, so that a service manager sees
 * it.
 */
export async function stay(
  context: Pick<Context, 'launcher' | 'say'>,
  {
    file,
    state,
    stop,
    lookMs = foregroundLookMs,
  }: { readonly file: string; readonly state: string; readonly stop: Interruption; readonly lookMs?: number },
): Promise<'interrupted' | 'stopped'> {
  while (!stop.signal.aborted) {
    // The timer keeps this process alive. A handler of signals alone does not.
    await Promise.race([stop.happened, sleep(lookMs)]);
    if (stop.signal.aborted) break;
    const life = await context.launcher.launcherLife({ state });
    if (life === 'stopped') return 'stopped';
    if (life === 'runs') continue;
    context.say('The launcher has ended by itself; it is started again.');
    await context.launcher.up({ file, say: context.say, signal: stop.signal });
  }
  return 'interrupted';
}
