import { until } from '../system/until.ts';
import { processLimits } from './limits.ts';
import { isAlive, signal, type ProcessIdentity } from './process-identity.ts';

/** `stuck`: the process did not end even after KILL. */
export type StopOutcome = 'was-gone' | 'stopped' | 'killed' | 'stuck';

/** Sends TERM to exactly this process. Sends KILL if the process has not ended after `graceMs`. Returns how the process ended. */
export async function stopProcess(identity: ProcessIdentity, graceMs: number): Promise<StopOutcome> {
  if (!signal(identity, 'SIGTERM')) return 'was-gone';
  if (await until(graceMs, () => !isAlive(identity))) return 'stopped';
  signal(identity, 'SIGKILL');
  return (await until(processLimits.killMsMax, () => !isAlive(identity))) ? 'killed' : 'stuck';
}
