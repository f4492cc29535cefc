import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { given } from '../../base/given.ts';
import { RingmasterError } from '../../domain/failure/error.ts';
import { killGroup } from '../../process/kill-group.ts';
import { oneLocale } from '../../system/one-locale.ts';
import { workingShell } from '../../system/working-shell.ts';

/** A process on this machine that moves data. */
export interface TransferProcess {
  readonly child: ChildProcess;
  /** Resolves when the process has ended and its pipes are closed. Rejects when it cannot be run. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  /** Kills the whole process group, also when only its first process has ended. Does nothing when the pipes are closed. */
  readonly kill: () => void;
}

/** Returns our environment without what changes rsync, tar and sh. */
const environment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(?:RSYNC_.*|TAR_OPTIONS|CDPATH|POSIXLY_CORRECT|BASH_FUNC_.*|BASHOPTS|SHELLOPTS|GLOBIGNORE)$/.test(name),
    ),
  );

/** Returns the failure of a copy that needs a program which this machine lacks. */
export const noProgramHere = (node: string, program: string, why: string, cause?: unknown): RingmasterError =>
  new RingmasterError('transport.no-shell-tool', {
    cannot: `copy between home and ${node}`,
    because: `${program} cannot be run here (${why})`,
    hint: { say: `installing ${program} on this machine` },
    ...given({ cause }),
  });

/** Starts a process that moves data. `env` has variables that replace those of this process. */
export function startTransfer(
  node: string,
  [program = '', ...args]: readonly string[],
  stdio: StdioOptions,
  env: Readonly<Record<string, string>> = {},
): TransferProcess {
  const own = { ...oneLocale(environment()), ...workingShell(process.env) };
  // `detached` makes a process group without a terminal, and SSH_ASKPASS_REQUIRE forbids a dialog window. So a question that a jump host's ssh asks is
  // refused.
  const child = spawn(program, args, { stdio, detached: true, env: { ...own, ...env, SSH_ASKPASS_REQUIRE: 'never' } });
  child.stdin?.on('error', () => undefined); // The program can end before it reads its input. Its exit status then reports the cause.
  let isClosed = false;
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
    child.on('error', (cause) => reject(noProgramHere(node, program, cause.message, cause)));
    child.on('close', (code, signal) => {
      isClosed = true;
      resolve({ code, signal });
    });
  });
  const kill = (): void => {
    if (child.pid !== undefined && !isClosed) killGroup(child.pid);
  };
  return { child, ended, kill };
}
