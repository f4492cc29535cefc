import { setTimeout as sleep } from 'node:timers/promises';
import { RingmasterError } from '../../domain/failure/error.ts';
import { sshLimits } from '../limits.ts';
import { ConcurrencyLimiter } from './concurrency-limiter.ts';
import type { Shell, ShellRequest, ShellResult } from '../shell.ts';
import { commandLine, loginIsSh } from './link/command-line.ts';
import type { Link } from './link/link.ts';
import { openLink } from './link/open-link.ts';
import { commandCancelled, runOnLink } from './link/run-on-link.ts';
import type { SshAddress } from './ssh-config.ts';

interface Live {
  readonly link: Link;
  readonly isSh: boolean;
}

/**
 * Returns a shell that runs scripts on a node over one kept connection. The shell connects at the first call, and again after the connection is lost.
 * After a failed connect, every call within the backoff fails at once with the failure of that connect, so that a node that is away is not flooded
 * with attempts.
 */
export function openSshShell(node: string, clusterId: string, address: SshAddress): Shell {
  const sessions = new ConcurrencyLimiter(sshLimits.sessionsMax, sshLimits.commandsWaitingMax);
  const longSessions = new ConcurrencyLimiter(sshLimits.longSessionsMax, sshLimits.commandsWaitingMax);
  let connecting: Promise<Live> | undefined;
  let live: Live | undefined;
  let closed = false;
  let failure: { readonly error: unknown; readonly untilMs: number; readonly backoffMs: number } | undefined;
  /** The links that are closing now. `close` waits for all of them, so that no process or file of ours is left. */
  const ending = new Set<Promise<void>>();
  const end = (link: Link): void => {
    if (live?.link === link) live = undefined;
    const closing = link.close().finally(() => ending.delete(closing));
    ending.add(closing);
  };

  const connect = (): Promise<Live> => {
    if (closed) return Promise.reject(stopping(node));
    if (live !== undefined) return Promise.resolve(live);
    if (failure !== undefined && performance.now() < failure.untilMs) return Promise.reject(failure.error);
    connecting ??= openLink(node, clusterId, address)
      .then(async (link) => {
        const fresh = { link, isSh: await loginIsSh(node, link) };
        link.onEnded(() => end(link));
        if (closed) {
          end(link);
          throw stopping(node);
        }
        failure = undefined;
        live = fresh;
        return fresh;
      })
      .catch((error: unknown) => {
        const backoffMs = failure === undefined ? sshLimits.backoffMsFirst : Math.min(failure.backoffMs * 2, sshLimits.backoffMsMax);
        failure = { error, untilMs: performance.now() + backoffMs, backoffMs };
        throw error;
      })
      .finally(() => (connecting = undefined));
    return connecting;
  };

  const exec = async (request: ShellRequest): Promise<ShellResult> => {
    if (request.signal?.aborted === true) throw commandCancelled(node);
    const { link, isSh } = await connect();
    for (let attempt = 1; ; attempt += 1) {
      const result = await runOnLink(node, link, commandLine(isSh, request.script, request.args), request);
      if (result !== 'full') return result;
      if (attempt >= sshLimits.reopenAttemptsMax)
        throw new RingmasterError('transport.busy', {
          cannot: `ask node ${node}`,
          because: 'its sshd opens no more sessions on this connection',
          hint: { say: 'raising MaxSessions there, or ending other sessions' },
        });
      await sleep(sshLimits.reopenPauseMs * attempt);
    }
  };

  return {
    exec: (request) => {
      const inSession = (): Promise<ShellResult> => sessions.run(Math.min(request.timeoutMs, sshLimits.sessionWaitMsMax), () => exec(request));
      return request.timeoutMs > sshLimits.longCommandMsMin ? longSessions.run(request.timeoutMs, inSession) : inSession();
    },
    through: () => live?.link.through,
    close: async () => {
      closed = true;
      const open = live ?? (await connecting?.catch(() => undefined));
      if (open !== undefined) end(open.link);
      await Promise.all(ending);
    },
  };
}

const stopping = (node: string): RingmasterError =>
  new RingmasterError('transport.cancelled', {
    cannot: `ask node ${node}`,
    because: 'this process is stopping',
    hint: { say: 'again when it has restarted' },
  });
