import { until } from '../system/until.ts';
import { isAlive, signal, type ProcessIdentity } from './process-identity.ts';

/** After KILL a process goes when the kernel lets it; one in uninterruptible sleep may not. */
const killLimitMs = 5_000;

/** TERM, grace, KILL, each to exactly this process. Answers how it went; `stuck` when even KILL did not end it in time. */
export async function stopProcess(identity: ProcessIdentity, graceMs: number): Promise<'was-gone' | 'stopped' | 'killed' | 'stuck'> {
  if (!signal(identity, 'SIGTERM')) return 'was-gone';
  if (await until(graceMs, () => !isAlive(identity))) return 'stopped';
  signal(identity, 'SIGKILL');
  return (await until(killLimitMs, () => !isAlive(identity))) ? 'killed' : 'stuck';
}
