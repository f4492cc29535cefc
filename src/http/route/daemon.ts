import type { DaemonView } from '../../domain/daemon/daemon.ts';
import { RingmasterError } from '../../domain/failure/error.ts';
import type { LogStream } from '../../domain/job/job.ts';
import type { ClusterReads } from '../../service/cluster/cluster-reads.ts';
import type { Handlers } from '../handler.ts';
import { noSuch, notFound } from '../not-found.ts';

export const daemonHandlers = {
  daemons: ({ reads }) => reads.daemons(),
  daemon: ({ params, reads }) => findDaemon(reads, params.daemon),
  daemonLogs: async ({ params, query, reads }) => {
    const { id, executor } = await findDaemon(reads, params.daemon);
    const text = await reads.daemonLogs?.(id, query.stream);
    return text ?? noLog(id, executor, query.stream);
  },
  daemonLogPart: async ({ params, query: { stream, after, process }, reads }) => {
    const { id, executor } = await findDaemon(reads, params.daemon);
    const newest = await reads.daemonProcess?.(id);
    if (newest === undefined || reads.logPart === undefined) return noLog(id, executor, stream);
    const { node, job } = newest;
    const start = process === 0 ? job.epoch : Math.min(process, job.epoch);
    const part = await reads.logPart(node, { ...job, epoch: start }, stream, after).catch((error: unknown) => {
      // A node keeps the log of a former process for an hour or more.
      if (start < job.epoch && error instanceof RingmasterError && error.code === 'transport.command') return { text: '', end: after, missed: 0 };
      throw error;
    });
    return { ...part, start, newest: job.epoch, isOver: false };
  },
} satisfies Partial<Handlers>;

const noLog = (id: string, executor: DaemonView['executor'], stream: LogStream): never => {
  throw notFound(
    `show ${stream} of ${id}`,
    executor === 'process' ? 'it has never had a process' : 'it is built in and has no program of its own; its last words are in its health',
    'daemons',
  );
};

async function findDaemon(reads: ClusterReads, id: string): Promise<DaemonView> {
  const daemons = await reads.daemons();
  return (
    daemons.find((one) => one.id === id) ??
    noSuch(
      'daemon',
      id,
      daemons.map((one) => one.id),
    )
  );
}
