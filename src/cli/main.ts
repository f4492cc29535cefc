import { resolve } from 'node:path';
import { CommanderError } from '@commander-js/extra-typings';
import type { Context } from './context.ts';
import type { Doors } from './doors.ts';
import { exitCode, type ExitCode } from './exit-codes.ts';
import { asProblem } from './problem.ts';
import { createProgram } from './program.ts';
import type { GlobalOptions } from './run.ts';
import { colourOf, wantsColour } from './show/colour.ts';

/** What `bin/ringmaster` calls. Verbs are loaded when they run: `status -o json` needs commander and node:http only. */
export async function main(argv: readonly string[], doors: Doors): Promise<ExitCode> {
  let code: ExitCode = exitCode('ok');
  endQuietlyOnClosedPipe();
  const program = createProgram(
    (options) => contextFor(doors, options),
    (ended) => {
      code = ended;
    },
  );
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return exitCode(error.exitCode === 0 ? 'ok' : 'usage');
    const problem = asProblem(error);
    process.stderr.write(`${problem.message}\n`);
    if (process.env['RINGMASTER_LOG_LEVEL'] === 'debug' && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    return exitCode(problem.exit);
  }
}

export function contextFor(doors: Doors, options: GlobalOptions): Context {
  const tty = process.stdout.isTTY;
  return {
    doors,
    env: process.env,
    out: (line) => void process.stdout.write(`${line}\n`),
    say: (line) => void process.stderr.write(`${line}\n`),
    tty,
    colour: colourOf(wantsColour(tty, options.color, process.env)),
    stateOption: options.state === undefined ? undefined : resolve(options.state),
    nowMs: Date.now,
  };
}

/** `ringmaster … | head` is no failure. */
function endQuietlyOnClosedPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}
