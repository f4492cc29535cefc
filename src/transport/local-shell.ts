import { spawn } from 'node:child_process';
import { RingmasterError } from '../domain/failure.ts';
import { Gathered, outputBytesDefault, type Shell, type ShellRequest, type ShellResult } from './shell.ts';

/** Scripts on this machine, by the same `sh` that sshd would use. */
export const localShell: Shell = {
  exec: (request) => execLocal(request),
  close: async () => undefined,
};

function execLocal({ script, args, stdin, timeoutMs, outputBytesMax = outputBytesDefault, signal }: ShellRequest): Promise<ShellResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('sh', ['-c', script, 'sh', ...args], { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    const out = new Gathered(outputBytesMax);
    const err = new Gathered(outputBytesMax);
    let why: RingmasterError | undefined;
    const end = (error: RingmasterError): void => {
      why ??= error;
      if (child.pid !== undefined) {
        try {
          process.kill(-child.pid, 'SIGKILL');
        } catch {
          // Ended already: nothing is left to kill.
        }
      }
    };
    const timer = setTimeout(() => end(new RingmasterError('transport.timeout', { cannot: 'run a command here', because: `it did not end within ${timeoutMs} ms`, hint: 'a longer limit' })), timeoutMs);
    const abort = (): void => end(new RingmasterError('job.cancelled', { cannot: 'run a command here', because: 'it was cancelled', hint: 'again when you want it' }));
    signal?.addEventListener('abort', abort, { once: true });
    child.stdout.on('data', out.take);
    child.stderr.on('data', err.take);
    child.stdin.on('error', () => undefined); // A script that does not read its stdin is no error.
    child.stdin.end(stdin ?? '');
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(new RingmasterError('transport.command', { cannot: 'run a command here', because: error.message, hint: 'checking that /bin/sh is there', cause: error }));
    });
    child.on('close', (code, killedBy) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      if (why !== undefined) reject(why);
      else resolve({ code, signal: killedBy, stdout: out.bytes(), stderr: err.text(), truncated: out.truncated || err.truncated });
    });
  });
}
