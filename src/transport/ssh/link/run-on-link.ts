import { given } from '../../../base/given.ts';
import { clusterKey } from '../../../domain/cluster/cluster-key.ts';
import { RingmasterError } from '../../../domain/failure/error.ts';
import { outputBehindTest } from '../../../domain/node/login-fix.ts';
import { measure, stopwatch } from '../../../telemetry/measures.ts';
import { cancelled } from '../../cancelled.ts';
import { commandLimits, loginLimits } from '../../limits.ts';
import { Gathered, type ShellRequest, type ShellResult } from '../../shell.ts';
import type { CommandLine } from './command-line.ts';
import { Frames } from './frames.ts';
import type { Link, Session, SessionEnd } from './link.ts';
import { quoteNoise } from './login-noise.ts';

/** The end of a session. `isHeld` is true when a process of the login held the session open or printed into it after the end of our program. */
export interface Closed {
  readonly isHeld: boolean;
}

/** The outcome of a session. `noise` is what the login printed outside our program. */
export type Outcome =
  | {
      readonly type: 'ended';
      readonly result: ShellResult;
      readonly noise: string;
      readonly arrived: Frames['arrived'];
      readonly closed: Promise<Closed>;
    }
  /** The program did not begin. `end` is the end of the login, and is undefined when the login did not end within the limit. */
  | { readonly type: 'not-begun'; readonly noise: string; readonly end: SessionEnd | undefined }
  /** The program began, and its end line is missing. */
  | { readonly type: 'without-status'; readonly noise: string; readonly arrived: Frames['arrived']; readonly end: SessionEnd }
  | { readonly type: 'full' };

type CommandRequest = Omit<ShellRequest, 'script' | 'args'>;

/**
 * Runs a program to its end. Returns `full` when the server refuses another session. The request's time limit covers opening the session and running
 * the program. The end line of the program ends the call, so that neither its status nor the call depends on what the login does afterwards.
 */
export async function runOnLink(node: string, link: Link, line: CommandLine, request: CommandRequest): Promise<Outcome> {
  const seconds = stopwatch();
  const measured = (outcome: Outcome['type'] | 'failed'): void => measure('sshCommand', seconds(), { outcome });
  try {
    const outcome = await runToEnd(node, link, line, request);
    measured(outcome.type);
    return outcome;
  } catch (error) {
    measured('failed');
    throw error;
  }
}

function runToEnd(node: string, link: Link, line: CommandLine, request: CommandRequest): Promise<Outcome> {
  const { timeoutMs, outputBytesMax = commandLimits.outputBytesMax, signal } = request;
  return new Promise((resolve, reject) => {
    let session: Session | undefined;
    let end: SessionEnd | undefined;
    let done = false;
    let drain: NodeJS.Timeout | undefined;
    let resolveClosed: (how: Closed) => void = () => undefined;
    const whenClosed = new Promise<Closed>((resolved) => (resolveClosed = resolved));
    const sessionClosed = (how: 'by us' | 'by the login'): void => resolveClosed({ isHeld: how === 'by us' || frames.hasMore });
    const gathered = { out: new Gathered(outputBytesMax), err: new Gathered(outputBytesMax) };
    const frames = new Frames(line, { out: gathered.out.take, err: gathered.err.take });
    const { out } = frames;
    const settle = (step: () => void): void => {
      if (done) return;
      done = true;
      clearTimeout(timer);
      clearTimeout(drain);
      signal?.removeEventListener('abort', abort);
      unsubscribe();
      step();
    };
    const giveUp = (error: RingmasterError): void =>
      settle(() => {
        session?.close();
        reject(error);
      });
    const late = (): void => {
      if (frames.hasBegun || session === undefined) return giveUp(commandLate(node, timeoutMs));
      settle(() => {
        session?.close();
        frames.flush();
        resolve({ type: 'not-begun', noise: frames.noise, end: undefined });
      });
    };
    const abort = (): void => giveUp(commandCancelled(node));
    const timer = setTimeout(late, timeoutMs);
    const unsubscribe = link.onEnded(() => {
      sessionClosed('by the login');
      settle(() => reject(lost(node)));
    });
    if (signal?.aborted === true) return abort();
    signal?.addEventListener('abort', abort, { once: true });
    const ended = (how: SessionEnd): void =>
      settle(() => {
        const { out: stdout, err: stderr } = gathered;
        const result = { ...how, stdout: stdout.bytes(), stderr: stderr.text(), truncated: stdout.truncated || stderr.truncated };
        resolve({ type: 'ended', result, noise: frames.noise, arrived: frames.arrived, closed: whenClosed });
      });
    const unended = (how: SessionEnd): void =>
      settle(() => resolve({ type: frames.hasBegun ? 'without-status' : 'not-begun', noise: frames.noise, arrived: frames.arrived, end: how }));
    const closed = (): void => {
      sessionClosed('by the login');
      frames.flush();
      if (out.status !== undefined) ended({ code: out.status, signal: null });
      else if (end === undefined) settle(() => reject(lost(node)));
      // Behind a wrapper the login has a status of its own, so only a signal is taken for the end of our program.
      else if (out.hasBegun && end.signal !== null) ended(end);
      else unended(end);
    };
    const taken = (take: (chunk: Buffer) => void) => (chunk: Buffer) => {
      take(chunk);
      if (out.status === undefined) drain?.refresh();
      if (frames.isTooNoisy) return giveUp(tooNoisy(node, frames.noise));
      if (!frames.hasEnded || done) return;
      // The login or a process of a start-up file can hold the session open.
      const linger = setTimeout(() => {
        session?.close();
        sessionClosed('by us');
      }, loginLimits.lingerMsMax);
      void whenClosed.then(() => clearTimeout(linger));
      ended({ code: out.status ?? null, signal: null });
    };
    // A process that a start-up file left running holds the session open, so `closed` need not follow.
    const exit = (how: SessionEnd): void => {
      end = how;
      if (!done)
        drain ??= setTimeout(() => {
          session?.close();
          closed();
        }, loginLimits.drainMsMax);
    };
    const begin = async (): Promise<void> => {
      try {
        const opened = await link.open(line.command, { stdout: taken(frames.takeOut), stderr: taken(frames.takeErr), exit, closed });
        if (opened === 'full') return settle(() => resolve({ type: 'full' }));
        if (done) return opened.close();
        session = opened;
        opened.end(line.prelude === '' ? (request.stdin ?? '') : Buffer.concat([Buffer.from(line.prelude), Buffer.from(request.stdin ?? '')]));
      } catch (error) {
        settle(() => reject(lost(node, error)));
      }
    };
    void begin();
  });
}

const lost = (node: string, cause?: unknown): RingmasterError =>
  new RingmasterError('transport.connection-lost', {
    cannot: `finish a command on node ${node}`,
    because: 'the connection was lost',
    hint: { say: 'again in a moment: Ringmaster connects again by itself' },
    fields: { node },
    ...given({ cause }),
  });

/** Returns the failure of a command whose end line is missing. */
export const withoutStatus = (node: string, { code }: SessionEnd): RingmasterError =>
  new RingmasterError('transport.command', {
    cannot: `finish a command on node ${node}`,
    because: `our program ended without a status, as a program does that is killed (the status of the login was ${code})`,
    hint: { say: 'freeing memory there, or ending whatever kills processes of its user' },
    fields: { node },
  });

const tooNoisy = (node: string, noise: string): RingmasterError =>
  new RingmasterError('transport.no-shell', {
    cannot: `run a program on node ${node}`,
    because: `its login printed more than ${loginLimits.noiseBytesMax} bytes before our program, beginning with "${quoteNoise(noise)}"`,
    hint: { say: `putting ${outputBehindTest}` },
    fields: { node },
  });

/** Returns the failure of a command when its caller has aborted it. */
export const commandCancelled = (node: string): RingmasterError => cancelled(`finish a command on node ${node}`, { node });

/** Returns the failure of a command that did not end in time. */
export const commandLate = (node: string, timeoutMs: number): RingmasterError =>
  new RingmasterError('transport.timeout', {
    cannot: `finish a command on node ${node}`,
    because: `it did not end within ${timeoutMs} ms`,
    hint: {
      say: `again when the node is less busy, or longer ${clusterKey('limits.probe')} and ${clusterKey('limits.command')} for the node in the cluster file`,
    },
    fields: { node },
  });
