import { CommanderError } from '@commander-js/extra-typings';
import { contextFor } from './context/context-for.ts';
import type { LauncherCommands } from '../service/launcher/launcher-commands.ts';
import { endQuietlyOnClosedPipe } from './exit/end-quietly.ts';
import { exitCode, type ExitCode } from './exit/exit-codes.ts';
import { createProgram } from './program/program.ts';
import { reportError } from './exit/report-error.ts';

/** Runs a command line and returns the exit code. `bin/ringmaster` calls this function. The file of a verb is loaded when the verb runs. */
export async function main(argv: readonly string[], launcher: LauncherCommands): Promise<ExitCode> {
  let code: ExitCode = exitCode('ok');
  endQuietlyOnClosedPipe();
  const program = createProgram(
    (options) => contextFor(launcher, options),
    (ended) => {
      code = ended;
    },
  );
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return exitCode(error.exitCode === 0 ? 'ok' : 'usage');
    return reportError(error);
  }
}
