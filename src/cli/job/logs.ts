import type { Context } from '../context/context.ts';
import { ask } from '../context/control.ts';
import { parseJobId } from './parse-job-id.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { findCluster } from '../context/find-cluster.ts';

/** Prints the log as the job wrote it. On a terminal the log is printed without its control characters. */
export async function jobLogs(context: Context, id: string, options: { readonly stream: 'stdout' | 'stderr' }): Promise<ExitCode> {
  const { item, epoch } = parseJobId(id);
  const found = findCluster(context);
  const query = { stream: options.stream };
  const text = await (epoch === undefined
    ? ask(found, 'newestLogs', { params: { item }, query })
    : ask(found, 'logs', { params: { item, epoch }, query }));
  if (text === '') context.say(`(${id} wrote nothing on ${options.stream})`);
  // oxlint-disable-next-line no-control-regex -- removing control characters is the purpose
  else context.out((context.tty ? text.replaceAll(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g, '') : text).replace(/\n$/, ''));
  return exitCode('ok');
}
