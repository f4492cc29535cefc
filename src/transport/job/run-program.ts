import { randomUUID } from 'node:crypto';
import { RingmasterError } from '../../domain/failure/error.ts';
import type { RunRequest, RunResult } from '../machine.ts';
import { killMarkedScript } from '../script/stop.ts';
import type { ShellRequest, ShellResult } from '../shell.ts';

const killMsMax = 3_000;

/** NAME=VALUE words and a program, as `env` takes them. A program whose own name holds `=` needs a shell in between. */
export function envWords(env: Readonly<Record<string, string>>, argv: readonly string[]): string[] {
  const bad = Object.keys(env).find((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  const [program = ''] = argv;
  if (bad !== undefined || program === '' || argv.some((word) => word.includes('\0')) || Object.values(env).some((value) => value.includes('\0'))) {
    const because =
      bad !== undefined
        ? `${JSON.stringify(bad)} is no name of a variable`
        : program === ''
          ? 'it names no program'
          : 'an argument or variable holds a NUL byte';
    throw new RingmasterError('config.invalid', { cannot: 'run a command', because, hint: { say: 'mending its command or env' } });
  }
  const words = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  return program.includes('=') ? [...words, 'sh', '-c', 'exec "$0" "$@"', ...argv] : [...words, ...argv];
}

/** `env` is a process more, about 1 ms: only where there is something to set. */
function programWords(env: Readonly<Record<string, string>> = {}, argv: readonly string[]): readonly string[] {
  const words = envWords(env, argv);
  return words.length === argv.length ? words : ['env', ...words];
}

const runScript = '[ -z "$1" ] || cd "$1" || exit 1; export RINGMASTER_MARK="$2"; shift 2; exec "$@"';

/**
 * Runs a program to its end. It bears a mark of its own: giving up on a channel does not end the program (sshd only closes its pipes), so on a
 * timeout or a cancel what bears the mark is killed by a second command.
 */
export async function runProgram(cluster: string, script: (request: ShellRequest) => Promise<ShellResult>, request: RunRequest): Promise<RunResult> {
  const { argv, cwd, env, stdin, timeoutMs, outputBytesMax, signal } = request;
  const mark = `${cluster}/run/${randomUUID()}`;
  try {
    const result = await script({
      script: runScript,
      args: [cwd ?? '', mark, ...programWords(env, argv)],
      ...(stdin === undefined ? {} : { stdin }),
      timeoutMs,
      ...(outputBytesMax === undefined ? {} : { outputBytesMax }),
      ...(signal === undefined ? {} : { signal }),
    });
    return { ...result, stdout: result.stdout.toString('utf8') };
  } catch (error) {
    if (error instanceof RingmasterError && (error.code === 'transport.timeout' || error.code === 'transport.cancelled')) {
      await script({ script: killMarkedScript, args: [mark], timeoutMs: killMsMax }).catch(() => undefined);
    }
    throw error;
  }
}
