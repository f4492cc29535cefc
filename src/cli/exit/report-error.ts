import { exitCode, type ExitCode } from './exit-codes.ts';
import { asProblem } from './problem.ts';

/** Says on stderr why a verb failed; answers the exit code that says it to scripts. */
export function tellError(error: unknown): ExitCode {
  const problem = asProblem(error);
  process.stderr.write(`${problem.message}\n`);
  if (process.env['RINGMASTER_LOG_LEVEL'] === 'debug' && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return exitCode(problem.exit);
}
