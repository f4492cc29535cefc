import { setTimeout as sleep } from 'node:timers/promises';
import { RingmasterError } from '../../../domain/failure/error.ts';
import { sshLimits } from '../../limits.ts';
import type { CommandLine } from './command-line.ts';
import type { Link } from './link.ts';
import { type Outcome, runOnLink } from './run-on-link.ts';

/** Runs a program as `runOnLink` does. Tries again, a limited number of times, while the server opens no further session. */
export async function runInSession(
  node: string,
  link: Link,
  line: CommandLine,
  request: Parameters<typeof runOnLink>[3],
): Promise<Exclude<Outcome, { type: 'full' }>> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await runOnLink(node, link, line, request);
    if (outcome.type !== 'full') return outcome;
    if (attempt >= sshLimits.reopenAttemptsMax)
      throw new RingmasterError('transport.busy', {
        cannot: `ask node ${node}`,
        because: 'its sshd opens no more sessions on this connection',
        hint: { say: 'raising MaxSessions there, or ending other sessions' },
      });
    await sleep(sshLimits.reopenPauseMs * attempt);
  }
}
