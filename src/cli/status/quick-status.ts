import { contextFor } from '../context/context-for.ts';
import type { LauncherCommands } from '../../service/launcher/launcher-commands.ts';
import { endWhenOutputEnds } from '../exit/end-when-output-ends.ts';
import type { ExitCode } from '../exit/exit-codes.ts';
import { daemonList } from '../daemon/list.ts';
import { readPlainStatus } from './plain-status.ts';
import { reportError } from '../exit/report-error.ts';
import { status } from './status.ts';

/**
 * Runs `status` and `daemon list` without commander. Scripts call them every few seconds, and most of the time would otherwise go into loading commander and
 * thirty small modules. The build bundles this file and its imports into one file (`scripts/bundle-status.mjs`). Returns undefined and does nothing when the
 * command line is not plain. The main program then handles the command line, with help, `--watch` and error messages.
 */
export async function quickStatus(argv: readonly string[], launcher: LauncherCommands): Promise<ExitCode | undefined> {
  const plain = readPlainStatus(argv);
  if (plain === undefined) return undefined;
  endWhenOutputEnds();
  try {
    const context = contextFor(launcher, plain.global);
    return await (plain.verb === 'status' ? status(context, { output: plain.output, interval: 0 }) : daemonList(context, { output: plain.output }));
  } catch (error) {
    return reportError(error);
  }
}
