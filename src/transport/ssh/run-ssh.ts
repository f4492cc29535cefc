import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { oneLocale } from '../../system/one-locale.ts';
import { workingShell } from '../../system/working-shell.ts';

const run = promisify(execFile);

/** The environment of every program of OpenSSH that runs here. No program opens a window to ask a question. */
export const sshEnvironment = (): NodeJS.ProcessEnv => ({
  ...oneLocale(process.env),
  ...workingShell(process.env),
  SSH_ASKPASS_REQUIRE: 'never',
});

/** Runs a program of OpenSSH that ends by itself. Rejects with the error of `execFile`, whose `stderr` has the words of the program. */
export const runSsh = (program: 'ssh' | 'ssh-add' | 'ssh-keygen', args: readonly string[], timeoutMs: number): Promise<{ readonly stdout: string }> =>
  run(program, args, { timeout: timeoutMs, env: sshEnvironment() });
