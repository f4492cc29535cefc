import type { Context } from '../context/context.ts';
import { ask } from '../context/control.ts';
import { parseJobId } from './parse-job-id.ts';
import { exitCode, type ExitCode } from '../exit/exit-codes.ts';
import { followLog, type LogOptions } from '../render/follow-log.ts';
import { showLog } from '../render/show-log.ts';
import { findCluster } from '../context/find-cluster.ts';

/** Prints the end of what a job wrote. With `follow`, goes on until the job has closed. */
export async function jobLogs(context: Context, id: string, { stream, follow }: LogOptions): Promise<ExitCode> {
  const { item, epoch } = parseJobId(id);
  const found = findCluster(context);
  if (follow === true) {
    const job = await (epoch === undefined ? ask(found, 'newestJob', { params: { item } }) : ask(found, 'job', { params: { item, epoch } }));
    const params = { item, epoch: String(job.epoch) };
    if (job.endedAtMs === undefined)
      return followLog(context, id, (place) => ask(found, 'logPart', { params, query: { stream, after: place?.after } }));
  }
  const query = { stream };
  const text = await (epoch === undefined
    ? ask(found, 'newestLogs', { params: { item }, query })
    : ask(found, 'logs', { params: { item, epoch }, query }));
  showLog(context, { id, stream }, text);
  return exitCode('ok');
}
