import { type ItemId, jobKey, type NodeId } from '../../domain/ids.ts';
import type { JobView } from '../../domain/job/view.ts';
import type { LogStream } from '../../domain/job/job.ts';
import type { ClusterReads } from '../../service/cluster/cluster-reads.ts';
import type { Handlers } from '../handler.ts';
import { noSuch, notFound } from '../not-found.ts';

export const jobHandlers = {
  jobs: ({ query: { failed, ...filter }, reads }) => reads.jobs({ ...filter, ...(failed ? { failed, state: 'failed' as const } : {}) }),
  newestJob: ({ params, reads }) => findJob(reads, params.item),
  job: ({ params, reads }) => findJob(reads, params.item, params.epoch),
  newestLogs: async ({ params, query, reads }) => logsOf(reads, await findJob(reads, params.item), query.stream),
  logs: async ({ params, query, reads }) => logsOf(reads, await findJob(reads, params.item, params.epoch), query.stream),
  logPart: async ({ params, query: { stream, after }, reads }) => {
    // The state is read before the log, so the log of a closed job is whole.
    const { item, epoch, node, state } = await findJob(reads, params.item, params.epoch);
    const isOver = state === 'completed' || state === 'failed';
    const part = await Promise.resolve(reads.logPart?.(node as NodeId, { item: item as ItemId, epoch }, stream, after)).catch((error: unknown) => {
      if (!isOver) throw error;
    });
    return { ...(part ?? { text: '', end: after, missed: 0 }), start: epoch, newest: epoch, isOver };
  },
} satisfies Partial<Handlers>;

/** Returns the job with this epoch, or the newest job of the item. */
async function findJob(reads: ClusterReads, item: string, epoch?: string): Promise<JobView> {
  const jobs = (await reads.item(item))?.jobs ?? [];
  const found = epoch === undefined ? jobs.toSorted((a, b) => b.epoch - a.epoch)[0] : jobs.find((job) => String(job.epoch) === epoch);
  return found ?? noSuch('job', epoch === undefined ? item : `${item}/${epoch}`);
}

/**
 * Returns the end of a log from its node. When the node has no such log any more or does not answer, returns the last part that came home when the job
 * ended.
 */
async function logsOf(reads: ClusterReads, job: JobView, stream: LogStream): Promise<string> {
  const text = await Promise.resolve(reads.logs?.(job, stream)).catch(async (error: unknown) => {
    const kept = await reads.keptLog(job, stream);
    if (kept === undefined && job.state !== 'completed') throw error;
    return kept;
  });
  const found = text ?? (await reads.keptLog(job, stream));
  if (found !== undefined) return found;
  const gone = job.state === 'completed' ? ': the folder of a completed job is cleared' : '';
  throw notFound(
    `show ${stream} of ${jobKey(job)}`,
    reads.logs === undefined ? 'this server has no way to the nodes' : `node ${job.node} has it no more${gone}`,
    'queue',
  );
}
