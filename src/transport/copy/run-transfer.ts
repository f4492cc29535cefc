import { spawn } from 'node:child_process';
import { RingmasterError } from '../../domain/failure/error.ts';
import { killGroup } from '../../process/kill-group.ts';
import { oneLocale } from '../../system/one-locale.ts';
import { cancelled } from '../cancelled.ts';
import { copyLimits } from '../limits.ts';
import { transferFailure } from './transfer-failure.ts';

/**
 * Runs a program that moves data, until the program ends. Rejects with a coded failure when the program fails. An abort kills the program's whole
 * process group.
 */
export function runTransfer(
  node: string,
  program: string,
  args: readonly string[],
  stdin: string | Buffer | undefined,
  signal?: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const aborted = (): RingmasterError =>
      cancelled(`copy between home and ${node}`, { node }, 'again when you want it: the copy resumes where it stopped');
    if (signal?.aborted === true) return reject(aborted());
    // `detached` makes a process group without a terminal, and SSH_ASKPASS_REQUIRE forbids a dialog window. So a question that a jump host's ssh asks
    // is refused.
    const env = { ...oneLocale(process.env), SSH_ASKPASS_REQUIRE: 'never' };
    const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'pipe'], detached: true, env });
    let stderr = '';
    const abort = (): void => {
      if (child.pid !== undefined) killGroup(child.pid);
    };
    signal?.addEventListener('abort', abort, { once: true });
    child.stderr.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString('utf8')).slice(-copyLimits.stderrCharsMax)));
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
      if (code === 0) resolve();
      else if (signal?.aborted === true) reject(aborted());
      else reject(transferFailure(node, program, code, killedBy, stderr));
    });
  });
}
