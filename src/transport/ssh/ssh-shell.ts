import type { Client as SshClient, ClientChannel } from 'ssh2';
import { RingmasterError } from '../../domain/failure.ts';
import { Gate } from './gate.ts';
import { quoteAll } from '../quote.ts';
import { Gathered, outputBytesDefault, type Shell, type ShellRequest, type ShellResult } from '../shell.ts';
import type { SshAddress } from './ssh-config.ts';
import { sshConnect } from './ssh-connect.ts';

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

/**
 * Scripts on a node over one kept connection, made at the first call and again after a loss. While a node is away, calls inside the backoff fail at
 * once with the last failure: asking faster would not make it come back.
 */
export function openSshShell(node: string, address: SshAddress): Shell {
  const gate = new Gate(channelsMax, waitingMax);
  const longGate = new Gate(longChannelsMax, waitingMax);
  let connecting: Promise<SshClient> | undefined;
  let live: SshClient | undefined;
  let closed = false;
  let failure: { readonly error: unknown; readonly untilMs: number; readonly backoffMs: number } | undefined;

  const forget = (client: SshClient): void => {
    if (live === client) live = undefined;
  };

  const connect = (): Promise<SshClient> => {
    if (closed)
      return Promise.reject(
        new RingmasterError('job.cancelled', { cannot: `ask node ${node}`, because: 'this process is stopping', hint: 'again when it is up' }),
      );
    if (live !== undefined) return Promise.resolve(live);
    if (failure !== undefined && Date.now() < failure.untilMs) return Promise.reject(failure.error);
    connecting ??= sshConnect(node, address, forget)
      .then((client) => {
        if (closed) {
          client.end();
          throw new RingmasterError('job.cancelled', {
            cannot: `ask node ${node}`,
            because: 'this process is stopping',
            hint: 'again when it is up',
          });
        }
        failure = undefined;
        live = client;
        return client;
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
    const client = await connect();
    for (let tries = 1; ; tries += 1) {
      const result = await execOn(node, client, `exec sh -c ${quoteAll([request.script, 'sh', ...request.args])}`, request);
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
      const inTurn = (): Promise<ShellResult> => gate.through(Math.min(request.timeoutMs, queueMsMax), () => exec(request));
      return request.timeoutMs > longMs ? longGate.through(request.timeoutMs, inTurn) : inTurn();
    },
    close: async () => {
      closed = true;
      const client = live ?? (await connecting?.catch(() => undefined));
      live = undefined;
      if (client === undefined) return;
      await new Promise<void>((done) => {
        const timer = setTimeout(() => {
          client.destroy();
          done();
        }, 1_000);
        client.once('close', () => {
          clearTimeout(timer);
          done();
        });
        client.end();
      });
    },
  };
}

const lost = (node: string, cause?: unknown): RingmasterError =>
  new RingmasterError('transport.connection-lost', {
    cannot: `finish a command on node ${node}`,
    because: 'the connection was lost',
    hint: 'again in a moment: it is made anew',
    fields: { node },
    ...(cause === undefined ? {} : { cause }),
  });

const cancelled = (node: string): RingmasterError =>
  new RingmasterError('job.cancelled', {
    cannot: `finish a command on node ${node}`,
    because: 'it was cancelled',
    hint: 'again when you want it',
    fields: { node },
  });

const late = (node: string, timeoutMs: number): RingmasterError =>
  new RingmasterError('transport.timeout', {
    cannot: `finish a command on node ${node}`,
    because: `it did not end within ${timeoutMs} ms`,
    hint: `\`ringmaster node show ${node}\``,
    fields: { node },
  });

/**
 * `full`: the server refused another session (reason 2). The command did not run, so trying again is safe. The channel's listeners are set inside the
 * callback: its first events may be in the bytes that are being read just now. One limit covers opening and running.
 */
function execOn(node: string, client: SshClient, command: string, request: ShellRequest): Promise<ShellResult | 'full'> {
  const { timeoutMs, outputBytesMax = outputBytesDefault, signal } = request;
  return new Promise((resolve, reject) => {
    let channel: ClientChannel | undefined;
    let done = false;
    const settle = (step: () => void): void => {
      if (done) return;
      done = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      client.off('close', gone);
      step();
    };
    // Closing a channel does not end the command there; it only stops us waiting. What must end is ended by its mark.
    const giveUp = (error: RingmasterError): void =>
      settle(() => {
        channel?.close();
        reject(error);
      });
    const gone = (): void => settle(() => reject(lost(node)));
    const abort = (): void => giveUp(cancelled(node));
    const timer = setTimeout(() => giveUp(late(node, timeoutMs)), timeoutMs);
    client.once('close', gone);
    if (signal?.aborted === true) return abort();
    signal?.addEventListener('abort', abort, { once: true });
    const opened = (fresh: ClientChannel): void => {
      channel = fresh;
      const out = new Gathered(outputBytesMax);
      const err = new Gathered(outputBytesMax);
      let exit: { readonly code: number | null; readonly signal: string | null } | undefined;
      fresh.on('data', out.take);
      fresh.stderr.on('data', err.take);
      fresh.on('error', () => undefined); // A write after the other side's end; 'close' tells the rest.
      fresh.on('exit', (code: number | null, killedBy?: string) => (exit = { code, signal: killedBy ?? null }));
      fresh.on('close', () =>
        settle(() => {
          if (exit === undefined) reject(lost(node));
          else resolve({ ...exit, stdout: out.bytes(), stderr: err.text(), truncated: out.truncated || err.truncated });
        }),
      );
      if (done) fresh.close();
      else fresh.end(request.stdin ?? '');
    };
    try {
      client.exec(command, (error, fresh) => {
        if (error === undefined || error === null) opened(fresh);
        else if ((error as { reason?: unknown }).reason === 2) settle(() => resolve('full'));
        else settle(() => reject(lost(node, error)));
      });
    } catch (error) {
      // ssh2 throws at once when the connection has just ended.
      settle(() => reject(lost(node, error)));
    }
  });
}
