import { RingmasterError } from '../../domain/failure/failure.ts';
import { ConcurrencyLimiter } from './concurrency-limiter.ts';
import type { Shell, ShellRequest, ShellResult } from '../shell.ts';
import { commandLine, loginIsSh } from './link/command-line.ts';
import type { Link } from './link/link.ts';
import { openLink } from './link/open-link.ts';
import { cancelled, runOnLink } from './link/run-on-link.ts';
import type { SshAddress } from './ssh-config.ts';

/** A default sshd allows 10 sessions on a connection, but frees a slot late: 5 in flight never fail (ssh.md §1). */
const channelsMax = 5;
/** Of these at most 3 for what may take longer than a minute (checking a large tree), so that a look always finds its way. */
const longChannelsMax = 3;
const longMs = 60_000;
const waitingMax = 2_000;
const queueMsMax = 60_000;
const reopenTriesMax = 10;
const backoffMsFirst = 100;
const backoffMsMax = 2_000;

interface Live {
  readonly link: Link;
  readonly isSh: boolean;
}

/**
 * Scripts on a node over one kept connection, made at the first call and again after a loss. While a node is away, calls inside the backoff fail at
 * once with the last failure: asking faster would not make it come back.
 */
export function openSshShell(node: string, cluster: string, address: SshAddress): Shell {
  const sessions = new ConcurrencyLimiter(channelsMax, waitingMax);
  const longSessions = new ConcurrencyLimiter(longChannelsMax, waitingMax);
  let connecting: Promise<Live> | undefined;
  let live: Live | undefined;
  let closed = false;
  let failure: { readonly error: unknown; readonly untilMs: number; readonly backoffMs: number } | undefined;
  /** Links that end: `close` waits for them too, so that nothing of ours is left. */
  const ending = new Set<Promise<void>>();
  const end = (link: Link): void => {
    if (live?.link === link) live = undefined;
    const bye = link.close().finally(() => ending.delete(bye));
    ending.add(bye);
  };

  const connect = (): Promise<Live> => {
    if (closed) return Promise.reject(stopping(node));
    if (live !== undefined) return Promise.resolve(live);
    if (failure !== undefined && Date.now() < failure.untilMs) return Promise.reject(failure.error);
    connecting ??= openLink(node, cluster, address)
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
        const backoffMs = Math.min((failure?.backoffMs ?? backoffMsFirst / 2) * 2, backoffMsMax);
        failure = { error, untilMs: Date.now() + backoffMs, backoffMs };
        throw error;
      })
      .finally(() => (connecting = undefined));
    return connecting;
  };

  const exec = async (request: ShellRequest): Promise<ShellResult> => {
    if (request.signal?.aborted === true) throw cancelled(node);
    const { link, isSh } = await connect();
    for (let tries = 1; ; tries += 1) {
      const result = await runOnLink(node, link, commandLine(isSh, request.script, request.args), request);
      if (result !== 'full') return result;
      if (tries >= reopenTriesMax)
        throw new RingmasterError('transport.busy', {
          cannot: `ask node ${node}`,
          because: 'its sshd opens no further session on this connection',
          hint: 'raising MaxSessions there, or ending other sessions',
        });
      await new Promise((wake) => setTimeout(wake, 30 * tries));
    }
  };

  return {
    exec: (request) => {
      const inTurn = (): Promise<ShellResult> => sessions.run(Math.min(request.timeoutMs, queueMsMax), () => exec(request));
      return request.timeoutMs > longMs ? longSessions.run(request.timeoutMs, inTurn) : inTurn();
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
  new RingmasterError('job.cancelled', { cannot: `ask node ${node}`, because: 'this process is stopping', hint: 'again when it is up' });
