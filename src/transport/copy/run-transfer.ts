import { spawn } from 'node:child_process';
import { RingmasterError } from '../../domain/failure/error.ts';
import { killGroup } from '../../process/kill-group.ts';
import { oneLocale } from '../../system/one-locale.ts';
import { cancelled } from '../cancelled.ts';
import type { Nonce } from '../ssh/link/frame.ts';
import { quoteNoise } from '../ssh/link/login-noise.ts';
import { transferFailure } from './transfer-failure.ts';
import { TransferErrors } from './transfer-errors.ts';

export interface TransferRequest {
  readonly stdin: string | Buffer | undefined;
  /** Variables that replace those of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** The nonce that the program on the node prints when it begins. */
  readonly begins?: Nonce;
  /** True when the program on the node ends with a line that has its status. */
  readonly ends?: boolean;
  readonly signal?: AbortSignal;
}

/** Returns our environment without what changes rsync and tar. */
const environment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:RSYNC_.*|TAR_OPTIONS|CDPATH|POSIXLY_CORRECT)$/.test(name)));

/**
 * Runs a program that moves data, until the program ends. Rejects with a coded failure when the program fails. An abort kills the program's whole
 * process group.
 */
export function runTransfer(node: string, program: string, args: readonly string[], request: TransferRequest): Promise<void> {
  const { stdin, env, begins, ends = false, signal } = request;
  return new Promise((resolve, reject) => {
    const aborted = (): RingmasterError =>
      cancelled(`copy between home and ${node}`, { node }, 'again when you want it: the copy resumes where it stopped');
    if (signal?.aborted === true) return reject(aborted());
    const child = spawn(program, args, {
      stdio: ['pipe', 'ignore', 'pipe'],
      // `detached` makes a process group without a terminal, and SSH_ASKPASS_REQUIRE forbids a dialog window. So a question that a jump host's ssh asks
      // is refused.
      detached: true,
      env: { ...oneLocale(environment()), ...env, SSH_ASKPASS_REQUIRE: 'never' },
    });
    const errors = new TransferErrors(begins);
    const abort = (): void => {
      if (child.pid !== undefined) killGroup(child.pid);
    };
    signal?.addEventListener('abort', abort, { once: true });
    child.stderr.on('data', errors.take);
    child.stdin.on('error', () => undefined); // The program can end before it reads its input. Its exit status then reports the cause.
    child.stdin.end(stdin ?? '');
    child.on('error', (cause) => {
      reject(
        new RingmasterError('transport.no-shell-tool', {
          cannot: `copy between home and ${node}`,
          because: `${program} cannot be run here (${cause.message})`,
          hint: { say: `installing ${program}` },
          cause,
        }),
      );
    });
    child.on('close', (code, killedBy) => {
      signal?.removeEventListener('abort', abort);
      const { text, status, isNoShell } = errors.end();
      if (code === 0 && (!ends || status === 0)) resolve();
      else if (signal?.aborted === true) reject(aborted());
      else if (isNoShell) reject(noShell(node, text));
      else reject(transferFailure(node, program, code === 0 ? (status ?? null) : code, killedBy, text));
    });
  });
}

const noShell = (node: string, printed: string): RingmasterError =>
  new RingmasterError('transport.no-shell', {
    cannot: `copy between home and ${node}`,
    because: `its login printed "${quoteNoise(printed) || 'nothing'}" instead of running our program`,
    hint: { run: `ringmaster explain transport.no-shell` },
    fields: { node },
  });
