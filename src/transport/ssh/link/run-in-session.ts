import { setTimeout as sleep } from 'node:timers/promises';
import { RingmasterError } from '../../../domain/failure/error.ts';
import { sshLimits } from '../../limits.ts';
import type { CommandLine } from './command-line.ts';
import type { Link } from './link.ts';
import { type Outcome, runOnLink } from './run-on-link.ts';

/** Runs a program as `runOnLink` does. Tries again, a limited number of times, while the server opens no further session. */
export async function runInSession(...[node, link, line, request]: Parameters<typeof runOnLink>): Promise<Exclude<Outcome, { type: 'full' }>> {
  const outcome = await tryInSession(node, link, line, request, sshLimits.reopenAttemptsMax);
  if (outcome.type === 'full') throw noSession(node);
  return outcome;
}

/** Does the same. Returns `full` when the server has opened no session after `attemptsMax` attempts. */
export async function tryInSession(
  node: string,
  link: Link,
  line: CommandLine,
  request: Parameters<typeof runOnLink>[3],
  attemptsMax: number,
): Promise<Outcome> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await runOnLink(node, link, line, request);
    if (outcome.type !== 'full' || attempt >= attemptsMax) return outcome;
    await sleep(sshLimits.reopenPauseMs * attempt);
  }
}

/** Returns the failure when the server opens not even one session. */
export const noSession = (node: string): RingmasterError =>
  new RingmasterError('transport.busy', {
    cannot: `ask node ${node}`,
    because: 'its sshd opens no session on this connection',
    hint: { say: 'raising MaxSessions in the sshd_config there and reloading sshd, or ending other sessions of this connection' },
    fields: { node },
  });
