import { randomUUID } from 'node:crypto';
import { given } from '../../base/given.ts';
import { RingmasterError } from '../../domain/failure/error.ts';
import type { RunRequest, RunResult } from '../machine.ts';
import { envBlock, lineCount, refusedCommand } from './env-block.ts';
import { endedBySignal } from './ended-by-signal.ts';
import { commandLimits } from '../limits.ts';
import { programs } from '../script/programs.ts';
import type { ShellRequest, ShellResult } from '../shell.ts';

/**
 * Returns NAME=VALUE words and a program, as `env` takes them. A program whose own name has a `=` is run by a shell, because `env` would take that
 * name for a variable. `envBlock` has checked the variables.
 */
export function envWords(env: Readonly<Record<string, string>>, argv: readonly string[]): string[] {
  const [program = ''] = argv;
  if (program === '') throw refusedCommand('it names no program', 'a command that begins with a program');
  if (argv.some((word) => word.includes('\0'))) throw refusedCommand('one of its words holds a NUL byte', 'a command without NUL bytes');
  const words = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  return program.includes('=') ? [...words, 'sh', '-c', 'exec "$0" "$@"', ...argv] : [...words, ...argv];
}

/** Returns the words that run a program. They use `env` only when there is a variable to set, because `env` is one more program (about 1 ms). */
function programWords(env: Readonly<Record<string, string>> = {}, argv: readonly string[]): readonly string[] {
  const words = envWords(env, argv);
  return words.length === argv.length ? words : ['env', ...words];
}

/**
 * Runs a program to its end. Closing a channel does not end the program, because sshd only closes its pipes. So the program has a mark of its own,
 * and after a timeout or an abort another command kills every process with this mark.
 */
export async function runProgram(
  clusterId: string,
  script: (request: ShellRequest) => Promise<ShellResult>,
  request: RunRequest,
): Promise<RunResult> {
  const { argv, cwd, env, stdin, timeoutMs, outputBytesMax, signal } = request;
  const mark = `${clusterId}/run/${randomUUID()}`;
  const { words, block } = envBlock(env ?? {});
  try {
    const result = await script({
      script: programs.run,
      args: [cwd ?? '', mark, String(lineCount(block)), ...programWords(words, argv)],
      timeoutMs,
      ...given({ stdin: block.length === 0 ? stdin : Buffer.concat([block, Buffer.from(stdin ?? '')]), outputBytesMax, signal }),
    });
    const ended = endedBySignal(result.code, result.stderr);
    return { ...result, ...(ended === undefined ? {} : { ...ended, code: null }), stdout: result.stdout.toString('utf8') };
  } catch (error) {
    if (error instanceof RingmasterError && (error.code === 'transport.timeout' || error.code === 'transport.cancelled')) {
      await script({ script: programs.killMarked, args: [mark], timeoutMs: commandLimits.killMsMax }).catch(() => undefined);
    }
    throw error;
  }
}
