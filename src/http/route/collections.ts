import type { FastifyInstance } from 'fastify';
import type { JobView } from '../../domain/job/view.ts';
import type { ClusterReads, LogStream } from '../../service/cluster/cluster-reads.ts';
import { RingmasterError } from '../../domain/failure/error.ts';
import type { Hint } from '../../domain/failure/hint.ts';
import { notFound } from '../failure-response.ts';
import { isItemState, itemStates } from '../../domain/item/work-item.ts';
import { jobKey } from '../../domain/ids.ts';

interface Query {
  readonly node?: string;
  readonly pipeline?: string;
  readonly state?: string;
  readonly failed?: string;
  readonly limit?: string;
  readonly stream?: string;
}

const lists = {
  jobs: { run: 'bin/ringmaster job list', get: '/jobs' },
  items: { run: 'bin/ringmaster queue list', get: '/queue' },
  pipelines: { run: 'bin/ringmaster pipeline list', get: '/pipelines' },
  nodes: { run: 'bin/ringmaster node list', get: '/nodes' },
} as const satisfies Record<string, Hint>;

/** Lists and their members. Every list has a limit: 200 unless asked, 1,000 at most. */
export function addCollections(server: FastifyInstance, reads: ClusterReads): void {
  server.get<{ Querystring: Query }>('/jobs', ({ query }) =>
    reads.jobs({
      limit: limitOf(query),
      node: query.node,
      pipeline: query.pipeline,
      state: query.failed === undefined || query.failed === 'false' ? undefined : 'failed',
    }),
  );
  server.get<{ Params: { item: string } }>('/jobs/:item', async ({ params }) => findJob(reads, params.item));
  server.get<{ Params: { item: string; epoch: string } }>('/jobs/:item/:epoch', async ({ params }) => findJob(reads, params.item, params.epoch));
  server.get<{ Params: { item: string }; Querystring: Query }>('/jobs/:item/logs', async ({ params, query }, reply) =>
    reply.type('text/plain; charset=utf-8').send(await logsOf(reads, await findJob(reads, params.item), query)),
  );
  server.get<{ Params: { item: string; epoch: string }; Querystring: Query }>('/jobs/:item/:epoch/logs', async ({ params, query }, reply) =>
    reply.type('text/plain; charset=utf-8').send(await logsOf(reads, await findJob(reads, params.item, params.epoch), query)),
  );
  server.get<{ Querystring: Query }>('/queue', ({ query }) => {
    const { state } = query;
    if (state !== undefined && !isItemState(state)) throw badQuery(`state=${state}`, `states are ${itemStates.join(', ')}`);
    return reads.items({ limit: limitOf(query), state });
  });
  server.get<{ Params: { id: string } }>(
    '/queue/:id',
    async ({ params }) => (await reads.item(params.id)) ?? reject(notFound('item', params.id, lists.items)),
  );
  server.get('/pipelines', async () => (await reads.status()).pipelines);
  server.get<{ Params: { id: string } }>('/pipelines/:id', async ({ params }) => {
    const status = await reads.status();
    const pipeline = status.pipelines.find((one) => one.name === params.id) ?? reject(notFound('pipeline', params.id, lists.pipelines));
    return { ...pipeline, models: status.models.filter((model) => model.pipeline === params.id) };
  });
  server.get('/syncs', async () => (await reads.status()).recentSyncs);
  server.get('/models', async () => (await reads.status()).models);
  server.get('/nodes', async () => (await reads.status()).nodes);
  server.get<{ Params: { id: string } }>('/nodes/:id', async ({ params }) => {
    const status = await reads.status();
    const node = status.nodes.find((one) => one.node === params.id) ?? reject(notFound('node', params.id, lists.nodes));
    const here = (job: JobView): boolean => job.node === params.id;
    return { ...node, openJobs: status.openJobs.filter(here), recentJobs: status.recentJobs.filter(here) };
  });
}

/** Without an epoch: the newest try. */
async function findJob(reads: ClusterReads, item: string, epoch?: string): Promise<JobView> {
  const jobs = (await reads.item(item))?.jobs ?? [];
  const found = epoch === undefined ? jobs.toSorted((a, b) => b.epoch - a.epoch)[0] : jobs.find((job) => String(job.epoch) === epoch);
  return found ?? reject(notFound('job', epoch === undefined ? item : `${item}/${epoch}`, lists.jobs));
}

async function logsOf(reads: ClusterReads, job: JobView, query: Query): Promise<string> {
  const stream = query.stream ?? 'stderr';
  if (stream !== 'stdout' && stream !== 'stderr') throw badQuery(`stream=${stream}`, 'streams are stdout and stderr');
  // A completed job's folder is cleared once its outputs are accepted: then a failed read is the expected answer, not a fault.
  const text = await Promise.resolve(reads.logs?.({ item: job.item, epoch: job.epoch }, stream satisfies LogStream)).catch((error: unknown) => {
    if (job.state !== 'completed') throw error;
    return undefined;
  });
  if (text !== undefined) return text;
  throw new RingmasterError('http.not-found', {
    cannot: `show ${stream} of ${jobKey(job)}`,
    because:
      reads.logs === undefined
        ? 'this server has no way to the nodes'
        : `node ${job.node} has it no more${job.state === 'completed' ? ': the folder of a completed job is cleared' : ''}`,
    hint: lists.items,
  });
}

function limitOf({ limit }: Query): number {
  if (limit === undefined) return 200;
  if (/^\d{1,4}$/.test(limit) && Number(limit) >= 1 && Number(limit) <= 1000) return Number(limit);
  throw badQuery(`limit=${limit}`, 'a limit is 1 to 1000');
}

const badQuery = (what: string, because: string): RingmasterError =>
  new RingmasterError('http.bad-request', { cannot: `use ${what}`, because, hint: { say: 'one of those' } });
const reject = (failure: RingmasterError): never => {
  throw failure;
};
