import { clusterKey } from '../../domain/cluster/cluster-key.ts';
import { given } from '../../base/given.ts';
import { RingmasterError } from '../../domain/failure/error.ts';
import { loginThatRuns } from '../../domain/node/login-fix.ts';
import { sshLimits } from '../limits.ts';
import { ConcurrencyLimiter } from './concurrency-limiter.ts';
import type { LinkedShell, Shell, ShellRequest, ShellResult } from '../shell.ts';
import { commandLine } from './link/command-line.ts';
import { examineLogin } from './link/examine-login.ts';
import type { Link } from './link/link.ts';
import type { LinkMemory } from './link-memory.ts';
import { backoffMsMaxFor } from './backoff.ts';
import { loginWithin } from './login-within.ts';
import { openLink } from './link/open-link.ts';
import type { Login } from './link/login-form.ts';
import { noteOfNoise, quoteNoise } from './link/login-noise.ts';
import { noSession, tryInSession } from './link/run-in-session.ts';
import { commandCancelled, type Outcome, withoutStatus } from './link/run-on-link.ts';
import { byHand, type SshAddress } from './ssh-config.ts';

interface Live {
  readonly link: Link;
  /** How the login takes programs. Replaced when the login no longer runs a program in this way. */
  login: Promise<Login>;
  /** The note about what the login printed outside our programs. */
  noise: string | undefined;
}

/** A shell over one kept connection, as `openShellWithLanes` needs it. */
export interface Lane extends Shell {
  /**
   * Runs a program. Returns `full` when the shell has just learned that the server allows fewer sessions on a connection (MaxSessions). The program
   * did not run in that case. A new connection starts with our own limit again.
   */
  readonly attempt: (request: ShellRequest) => Promise<ShellResult | 'full'>;
  /** Returns how many sessions the shell opens at a time. */
  readonly sessionsMax: () => number;
  /** Returns the number of long commands that run or wait for a session. */
  readonly longCommands: () => number;
}

export const isLong = ({ timeoutMs }: ShellRequest): boolean => timeoutMs > sshLimits.longCommandMsMin;

/**
 * Returns a shell that runs scripts on a node over one kept connection. The shell connects at the first call, and again after the connection is lost.
 * After a failed connect, every call within the backoff fails at once with the failure of that connect, so that a node that is away is not flooded
 * with attempts.
 */
export function openSshShell(node: string, clusterId: string, address: SshAddress, memory: LinkMemory = {}): Lane & LinkedShell {
  const sessions = new ConcurrencyLimiter(sshLimits.sessionsMax, sshLimits.commandsWaitingMax);
  const longSessions = new ConcurrencyLimiter(sshLimits.longSessionsMax, sshLimits.commandsWaitingMax);
  let long = 0;
  const allow = (count: number): void => {
    sessions.limitTo(count);
    longSessions.limitTo(Math.max(1, Math.min(sshLimits.longSessionsMax, count - 1)));
  };
  let connecting: Promise<Live> | undefined;
  let live: Live | undefined;
  let closed = false;
  let failure: { readonly error: unknown; readonly untilMs: number; readonly backoffMs: number } | undefined;
  /** The links that are closing now. `close` waits for all of them, so that no process or file of ours is left. */
  const ending = new Set<Promise<void>>();
  const linkSteps = new Set<(link: Link) => void>();
  const end = (link: Link): void => {
    if (live?.link === link) live = undefined;
    const closing = link.close().finally(() => ending.delete(closing));
    ending.add(closing);
  };

  /** The link has put the limit of its login and the user's settings into the memory. */
  const known = (): SshAddress => ({ ...address, ...given({ loginMs: memory.target?.loginMs, handOptions: memory.target?.handOptions }) });
  const examine = (link: Link): Promise<Login> => examineLogin(node, link, known());
  const connect = (): Promise<Live> => {
    if (closed) return Promise.reject(stopping(node));
    if (live !== undefined) return Promise.resolve(live);
    if (failure !== undefined && performance.now() < failure.untilMs) return Promise.reject(failure.error);
    connecting ??= openLink(node, clusterId, address, memory)
      .then(async (link) => {
        const login = await examine(link).catch((error: unknown) => {
          end(link);
          throw error;
        });
        const fresh: Live = { link, login: Promise.resolve(login), noise: undefined };
        link.onEnded(() => end(link));
        if (closed) {
          end(link);
          throw stopping(node);
        }
        allow(sshLimits.sessionsMax);
        failure = undefined;
        live = fresh;
        for (const step of linkSteps) step(link);
        return fresh;
      })
      .catch((error: unknown) => {
        const backoffMs = failure === undefined ? sshLimits.backoffMsFirst : Math.min(failure.backoffMs * 2, backoffMsMaxFor(error));
        failure = { error, untilMs: performance.now() + backoffMs, backoffMs };
        throw error;
      })
      .finally(() => (connecting = undefined));
    return connecting;
  };

  /** Examines the login, unless this was done after `login` was found. */
  const examineAgain = (used: Live, login: Promise<Login>): void => {
    if (used.login !== login) return;
    used.login = examine(used.link);
    used.login.catch(() => end(used.link));
  };

  /** Runs a program. Calls `report` with its result, and resolves when the session is closed. */
  const exec = async (request: ShellRequest, report: (result: ShellResult | 'full') => void): Promise<void> => {
    if (request.signal?.aborted === true) throw commandCancelled(node);
    const used = live ?? (await loginWithin(node, connect(), request.timeoutMs));
    for (let isAgain = false; ; isAgain = true) {
      const { login } = used;
      const isOnly = sessions.runningMax === 1;
      const attemptsMax = isOnly ? sshLimits.reopenAttemptsMax : sshLimits.reopenAttemptsBeforeLearning;
      const outcome = await tryInSession(node, used.link, commandLine(await login, request.script, request.args), request, attemptsMax);
      if (outcome.type === 'full') {
        if (isOnly) throw noSession(node);
        allow(sessions.runningMax - 1);
        return report('full');
      }
      used.noise = noteOfNoise(outcome.noise);
      if (outcome.type !== 'not-begun' && isMoved(outcome)) {
        examineAgain(used, login);
        throw loginChanged(node);
      }
      if (outcome.type === 'ended') {
        report(outcome.result);
        await outcome.closed;
        return;
      }
      if (outcome.type === 'without-status') throw withoutStatus(node, outcome.end);
      if (outcome.end === undefined) throw lateStart(node, request.timeoutMs);
      if (isAgain) throw notBegun(node, known(), outcome.noise);
      // The program did not begin, so it can safely be sent again. The login is examined first, because it may be another one now.
      examineAgain(used, login);
    }
  };
  const run = (request: ShellRequest): Promise<ShellResult | 'full'> =>
    new Promise((resolve, reject) => {
      // A session counts until sshd has closed it, which is a moment after the end of the program.
      sessions.run(Math.min(request.timeoutMs, sshLimits.sessionWaitMsMax), () => exec(request, resolve)).catch(reject);
    });

  const attempt = (request: ShellRequest): Promise<ShellResult | 'full'> => {
    if (!isLong(request)) return run(request);
    long += 1;
    return longSessions.run(request.timeoutMs, () => run(request)).finally(() => (long -= 1));
  };

  return {
    attempt,
    sessionsMax: () => sessions.runningMax,
    longCommands: () => long,
    exec: async (request) => {
      for (;;) {
        const result = await attempt(request);
        if (result !== 'full') return result;
      }
    },
    through: () => live?.link.through,
    noise: () => live?.noise,
    login: async () => (await connect()).login,
    onLink: (step) => {
      linkSteps.add(step);
      if (live !== undefined) step(live.link);
    },
    openLink: () => (closed ? Promise.reject(stopping(node)) : openLink(node, clusterId, address)),
    close: async () => {
      closed = true;
      const open = live ?? (await connecting?.catch(() => undefined));
      if (open !== undefined) end(open.link);
      await Promise.all(ending);
    },
  };
}

/** Returns whether an output of our program went elsewhere, or came with other words in its end line. */
const isMoved = ({ type, arrived }: Exclude<Outcome, { readonly type: 'not-begun' | 'full' }>): boolean =>
  Object.values(arrived).includes('none') || (type === 'ended' && arrived.out === 'whole' && arrived.err === 'begun');

const lateStart = (node: string, timeoutMs: number): RingmasterError =>
  new RingmasterError('transport.timeout', {
    cannot: `finish a command on node ${node}`,
    because: `its login did not start our program within ${timeoutMs} ms`,
    hint: {
      say: `a quicker start-up file there, or longer ${clusterKey('limits.probe')} and ${clusterKey('limits.command')} for the node in the cluster file`,
    },
    fields: { node },
  });

const loginChanged = (node: string): RingmasterError =>
  new RingmasterError('transport.connection-lost', {
    cannot: `run a program on node ${node}`,
    because: 'its login has moved or changed an output of our program since the connection was made',
    hint: { say: 'again in a moment: Ringmaster examines the login again by itself' },
    fields: { node },
  });

const notBegun = (node: string, address: SshAddress, noise: string): RingmasterError =>
  new RingmasterError('transport.connection-lost', {
    cannot: `run a program on node ${node}`,
    because: `its login printed "${quoteNoise(noise)}" and did not run the program`,
    hint: loginThatRuns(byHand(address, 'echo ok')),
    fields: { node },
  });

const stopping = (node: string): RingmasterError =>
  new RingmasterError('transport.cancelled', {
    cannot: `ask node ${node}`,
    because: 'this process is stopping',
    hint: { say: 'again when it has restarted' },
  });
