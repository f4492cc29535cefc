import { exitCode } from './exit-codes.ts';
import { reportError } from './report-error.ts';
import { VerbFailure } from './verb-failure.ts';

/**
 * Ends the process when nothing more can be written to stdout: without an error when its reader has closed it, as in `ringmaster … | head`, and with a
 * failure otherwise, as on a full disk.
 */
export function endWhenOutputEnds(): void {
  process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') process.exit(exitCode('ok'));
    const hint = { say: 'writing it to another place; a verb that changes the cluster may have done its work' };
    process.exit(reportError(new VerbFailure('failure', { cannot: 'write the output', because: message, hint })));
  });
}
