import type { Context } from '../context/context.ts';
import { findCluster } from '../context/find-cluster.ts';
import { ask } from '../context/control.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { showLog } from '../render/show-log.ts';

/** Prints the end of what the newest process of a command daemon wrote. */
export async function daemonLogs(context: Context, id: string, options: { readonly stream: 'stdout' | 'stderr' }): Promise<ExitCode> {
  showLog(context, { id, stream: options.stream }, await ask(findCluster(context), 'daemonLogs', { params: { daemon: id }, query: options }));
  return exitCode('ok');
}
