import { given } from '../../../base/given.ts';
import { RingmasterError } from '../../../domain/failure/error.ts';
import { cancelled } from '../../cancelled.ts';
import { commandLimits } from '../../limits.ts';
import { Gathered, type ShellRequest, type ShellResult } from '../../shell.ts';
import type { Link, Session, SessionEnd } from './link.ts';

/**
 * Runs a command to its end and returns its result. Returns `full` when the server refuses another session. The request's time limit covers opening
 * the session and running the command.
 */
export function runOnLink(node: string, link: Link, command: string, request: ShellRequest): Promise<ShellResult | 'full'> {
  const { timeoutMs, outputBytesMax = commandLimits.outputBytesMax, signal } = request;
  return new Promise((resolve, reject) => {
    let session: Session | undefined;
    let end: SessionEnd | undefined;
    let done = false;
    const out = new Gathered(outputBytesMax);
    const err = new Gathered(outputBytesMax);
    const settle = (step: () => void): void => {
      if (done) return;
      done = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      unsubscribe();
      step();
    };
    const giveUp = (error: RingmasterError): void =>
      settle(() => {
        session?.close();
        reject(error);
      });
    const abort = (): void => giveUp(commandCancelled(node));
    const timer = setTimeout(() => giveUp(late(node, timeoutMs)), timeoutMs);
    const unsubscribe = link.onEnded(() => settle(() => reject(lost(node))));
    if (signal?.aborted === true) return abort();
    signal?.addEventListener('abort', abort, { once: true });
    const closed = (): void =>
      settle(() => {
        if (end === undefined) reject(lost(node));
        else resolve({ ...end, stdout: out.bytes(), stderr: err.text(), truncated: out.truncated || err.truncated });
      });
    const begin = async (): Promise<void> => {
      try {
        const opened = await link.open(command, { stdout: out.take, stderr: err.take, exit: (how) => (end = how), closed });
        if (opened === 'full') return settle(() => resolve('full'));
        if (done) return opened.close();
        session = opened;
        opened.end(request.stdin ?? '');
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

/** Returns the failure of a command when its caller has aborted it. */
export const commandCancelled = (node: string): RingmasterError => cancelled(`finish a command on node ${node}`, { node });

const late = (node: string, timeoutMs: number): RingmasterError =>
  new RingmasterError('transport.timeout', {
    cannot: `finish a command on node ${node}`,
    because: `it did not end within ${timeoutMs} ms`,
    hint: { run: `ringmaster node show ${node}` },
    fields: { node },
  });
