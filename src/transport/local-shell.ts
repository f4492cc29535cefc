import { spawn } from 'node:child_process';
import { RingmasterError } from '../domain/failure/error.ts';
import { killGroup } from '../process/kill-group.ts';
import { cancelled } from './cancelled.ts';
import { commandLimits } from './limits.ts';
import { environmentReset } from './script/programs.ts';
import { Gathered, type Shell, type ShellRequest, type ShellResult } from './shell.ts';

/** Runs programs on this machine. */
export const localShell: Shell = {
  exec: (request) => execLocal(request),
  close: async () => undefined,
};

/**
 * Returns our environment without the mark that a worker has. A program that is started from here gets a mark of its own, and the processes between
 * this one and that program belong to no job.
 */
function environment(): NodeJS.ProcessEnv {
  const { RINGMASTER_MARK: _ours, ...rest } = process.env;
  return rest;
}

function execLocal({ script, args, stdin, timeoutMs, outputBytesMax = commandLimits.outputBytesMax, signal }: ShellRequest): Promise<ShellResult> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(cancelled('run a command here'));
    const child = spawn('sh', ['-c', `${environmentReset}${script}`, 'sh', ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
      env: environment(),
    });
    const out = new Gathered(outputBytesMax);
    const err = new Gathered(outputBytesMax);
    const settle = (step: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      step();
    };
    // A process that left the group can hold our pipes open for ever. So when a command is given up, we do not wait until the pipes close.
    const giveUp = (error: RingmasterError): void =>
      settle(() => {
        if (child.pid !== undefined) killGroup(child.pid);
        child.stdout.destroy();
        child.stderr.destroy();
        reject(error);
      });
    const timer = setTimeout(
      () =>
        giveUp(
          new RingmasterError('transport.timeout', {
            cannot: 'run a command here',
            because: `it did not end within ${timeoutMs} ms`,
            hint: { say: 'a longer limit' },
          }),
        ),
      timeoutMs,
    );
    const abort = (): void => giveUp(cancelled('run a command here'));
    signal?.addEventListener('abort', abort, { once: true });
    child.stdout.on('data', out.take);
    child.stderr.on('data', err.take);
    child.stdin.on('error', () => undefined); // A program may end without reading its stdin.
    child.stdin.end(stdin ?? '');
    child.on('error', (error) => {
      settle(() =>
        reject(
          new RingmasterError('transport.command', {
            cannot: 'run a command here',
            because: `sh cannot be run here (${error.message})`,
            hint: { say: 'a PATH of this process that has the folder of sh, such as /bin' },
            cause: error,
          }),
        ),
      );
    });
    child.on('close', (code, killedBy) => {
      settle(() => resolve({ code, signal: killedBy, stdout: out.bytes(), stderr: err.text(), truncated: out.truncated || err.truncated }));
    });
  });
}
