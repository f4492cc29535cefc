import { findCluster } from '../context/find-cluster.ts';
import type { Context } from '../context/context.ts';
import { ask } from '../context/control.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { show, type Format } from '../render/output.ts';
import { watchAgain, type WatchOptions } from '../render/watch.ts';
import { daemonLines } from './daemon-lines.ts';

/** Shows the daemons repeatedly until Ctrl-C. */
export async function daemonWatch(context: Context, options: WatchOptions): Promise<ExitCode> {
  const found = findCluster(context);
  return watchAgain(context, options, async () => {
    const value = await ask(found, 'daemons');
    return { value, lines: (wide) => daemonLines(value, context.nowMs(), wide, context.colour), exit: exitCode('ok') };
  });
}

export async function daemonList(context: Context, options: { readonly output: Format }): Promise<ExitCode> {
  const daemons = await ask(findCluster(context), 'daemons');
  show(context, options.output, daemons, (wide) => daemonLines(daemons, context.nowMs(), wide, context.colour));
  return exitCode('ok');
}
