/** The few programs that `run` finds on a scripted node. */
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import type { RunRequest, RunResult } from '../../../src/transport/machine.ts';

type Program = (args: readonly string[], stdin: Buffer) => { readonly code?: number; readonly stdout?: string };

const programs: Readonly<Record<string, Program>> = {
  true: () => ({}),
  false: () => ({ code: 1 }),
  cat: (_args, stdin) => ({ stdout: stdin.toString('utf8') }),
  printf: ([format = '', ...words]) => ({ stdout: words.map((word) => format.replace('%s', () => word)).join('') }),
};

export async function runScripted(
  node: string,
  { argv, stdin = '', timeoutMs, outputBytesMax = 1024 * 1024, signal }: RunRequest,
): Promise<RunResult> {
  const [name = '', ...args] = argv;
  const fail = (code: 'transport.timeout' | 'transport.cancelled', because: string): RingmasterError =>
    new RingmasterError(code, { cannot: `finish a command on node ${node}`, because, hint: { say: 'again' }, fields: { node } });
  if (signal?.aborted === true) throw fail('transport.cancelled', 'it was cancelled');
  if (name === 'sleep') {
    const sleepMs = Number(args[0]) * 1_000;
    const isLate = sleepMs > timeoutMs;
    await new Promise<void>((wake, reject) => {
      const timer = setTimeout(
        () => (isLate ? reject(fail('transport.timeout', `it did not end within ${timeoutMs} ms`)) : wake()),
        Math.min(sleepMs, timeoutMs),
      );
      signal?.addEventListener(
        'abort',
        () => {
          clearTimeout(timer);
          reject(fail('transport.cancelled', 'it was cancelled'));
        },
        { once: true },
      );
    });
    return { code: 0, signal: null, stdout: '', stderr: '', truncated: false };
  }
  const program = programs[name];
  if (program === undefined) return { code: 127, signal: null, stdout: '', stderr: `env: ${name}: No such file or directory\n`, truncated: false };
  const { code = 0, stdout = '' } = program(args, Buffer.from(stdin));
  const bytes = Buffer.from(stdout);
  return { code, signal: null, stdout: bytes.subarray(0, outputBytesMax).toString('utf8'), stderr: '', truncated: bytes.length > outputBytesMax };
}
