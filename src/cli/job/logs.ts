import type { Context } from '../context/context.ts';
import { ask } from '../context/control.ts';
import { parseJobId } from './parse-job-id.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { showLog } from '../render/show-log.ts';
import { findCluster } from '../context/find-cluster.ts';

/** Prints the end of what a job wrote. */
export async function jobLogs(context: Context, id: string, options: { readonly stream: 'stdout' | 'stderr' }): Promise<ExitCode> {
  const { item, epoch } = parseJobId(id);
  const found = findCluster(context);
  const query = { stream: options.stream };
  const text = await (epoch === undefined
    ? ask(found, 'newestLogs', { params: { item }, query })
    : ask(found, 'logs', { params: { item, epoch }, query }));
  showLog(context, { id, stream: options.stream }, text);
  return exitCode('ok');
}
