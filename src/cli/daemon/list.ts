import { findCluster } from '../context/find-cluster.ts';
import type { Context } from '../context/context.ts';
import { ask } from '../context/control.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { show, type Format } from '../render/output.ts';
import { daemonLines } from './daemon-lines.ts';

export async function daemonList(context: Context, options: { readonly output: Format }): Promise<ExitCode> {
  const daemons = await ask(findCluster(context), 'daemons');
  show(context, options.output, daemons, (wide) => daemonLines(daemons, context.nowMs(), wide, context.colour));
  return exitCode('ok');
}
