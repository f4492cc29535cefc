import type { Context } from '../context/context.ts';
import { findCluster } from '../context/find-cluster.ts';
import { ask } from '../context/control.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { followLog, type LogOptions } from '../render/follow-log.ts';
import { showLog } from '../render/show-log.ts';

/** Prints the end of what the newest process of a command daemon wrote. With `follow`, goes on with what the process and its successors write. */
export async function daemonLogs(context: Context, id: string, { stream, follow }: LogOptions): Promise<ExitCode> {
  const found = findCluster(context);
  const params = { daemon: id };
  if (follow === true)
    return followLog(context, id, (place) => ask(found, 'daemonLogPart', { params, query: { stream, after: place?.after, process: place?.start } }));
  showLog(context, { id, stream }, await ask(found, 'daemonLogs', { params, query: { stream } }));
  return exitCode('ok');
}
