import { sshLimits } from '../limits.ts';
import { ConcurrencyLimiter } from './concurrency-limiter.ts';

const limiters = new Map<string, ConcurrencyLimiter>();

/**
 * Returns the limiter for those connections to a host whose login has not finished yet. A default sshd drops such connections when too many are open
 * at once (`unfinishedConnectsMax` has the numbers). Hosts behind the same jump host share a limiter, because each of their connections passes the
 * sshd of the jump host.
 */
export function connectLimiter({
  host,
  port,
  via,
}: {
  readonly host: string;
  readonly port: number;
  readonly via: string | undefined;
}): ConcurrencyLimiter {
  const key = via ?? `${host}:${port}`;
  const limiter = limiters.get(key) ?? new ConcurrencyLimiter(sshLimits.unfinishedConnectsMax, sshLimits.connectsWaitingMax);
  limiters.set(key, limiter);
  return limiter;
}
