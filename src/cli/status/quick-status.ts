import { contextFor } from '../context/context-for.ts';
import type { LauncherCommands } from '../../service/launcher/launcher-commands.ts';
import { endQuietlyOnClosedPipe } from '../exit/end-quietly.ts';
import type { ExitCode } from '../exit/exit-codes.ts';
import { readPlainStatus } from './plain-status.ts';
import { reportError } from '../exit/report-error.ts';
import { status } from './status.ts';

/**
 * The quick door: `status` is what scripts ask every few seconds, and of its time most went into loading commander and thirty small modules. The build
 * makes one file of this one and all it imports (`scripts/bundle-status.mjs`). Answers undefined for a command line that is not plain: then nothing was
 * done, and the main door says all there is to say (help, watch, what is wrong with it).
 */
export async function quickStatus(argv: readonly string[], launcher: LauncherCommands): Promise<ExitCode | undefined> {
  const plain = readPlainStatus(argv);
  if (plain === undefined) return undefined;
  endQuietlyOnClosedPipe();
  try {
    return await status(contextFor(launcher, plain.global), { output: plain.output, interval: 0 });
  } catch (error) {
    return reportError(error);
  }
}
