import { CommanderError } from '@commander-js/extra-typings';
import { contextFor } from './context/context-for.ts';
import type { LauncherCommands } from '../service/launcher/launcher-commands.ts';
import { endWhenOutputEnds } from './exit/end-when-output-ends.ts';
import { exitCode } from './exit/exit-codes.ts';
import { createProgram } from './program/program.ts';
import { temporalWords } from './program/temporal-words.ts';
import { reportError } from './exit/report-error.ts';

/** Runs a command line and returns the exit code. `bin/ringmaster` calls this function. The file of a verb is loaded when the verb runs. */
export async function main(argv: readonly string[], launcher: LauncherCommands): Promise<number> {
  let code: number = exitCode('ok');
  endWhenOutputEnds();
  const program = createProgram(
    (options) => contextFor(launcher, options),
    (ended) => {
      code = ended;
    },
  );
  try {
    const words = temporalWords(argv);
    if (words !== undefined) {
      // Everything after the verb goes to the Temporal CLI as it is.
      await program.parseAsync([...words.before, 'temporal', '--', ...words.args], { from: 'user' });
      return code;
    }
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return exitCode(error.exitCode === 0 ? 'ok' : 'usage');
    return reportError(error);
  }
}
