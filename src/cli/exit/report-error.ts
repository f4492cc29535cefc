import { sentenceOf } from '../../domain/failure/sentence.ts';
import { exitCode, type ExitCode } from './exit-codes.ts';
import { asVerbFailure } from './verb-failure.ts';

/** Writes to stderr why a verb failed. Returns the exit code for scripts. */
export function reportError(error: unknown): ExitCode {
  const failure = asVerbFailure(error);
  process.stderr.write(`${sentenceOf(failure)}\n`);
  if (process.env['RINGMASTER_LOG_LEVEL'] === 'debug' && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return exitCode(failure.exit);
}
