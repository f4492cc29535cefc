import { ConcurrencyLimiter } from './concurrency-limiter.ts';

const unfinishedConnectsMax = 5;
export const connectWaitMsMax = 20_000;
const limiters = new Map<string, ConcurrencyLimiter>();

/**
 * A default sshd drops unauthenticated connections from the tenth on (MaxStartups 10:30:100); five at a time never meet that (ssh.md §6). Hosts behind
 * the same jump host share its door.
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
  const limiter = limiters.get(key) ?? new ConcurrencyLimiter(unfinishedConnectsMax, 10_000);
  limiters.set(key, limiter);
  return limiter;
}
