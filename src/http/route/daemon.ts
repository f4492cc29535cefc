import type { DaemonView } from '../../domain/daemon/daemon.ts';
import type { ClusterReads } from '../../service/cluster/cluster-reads.ts';
import type { Handlers } from '../handler.ts';
import { noSuch, notFound } from '../not-found.ts';

export const daemonHandlers = {
  daemons: ({ reads }) => reads.daemons(),
  daemon: ({ params, reads }) => findDaemon(reads, params.daemon),
  daemonLogs: async ({ params, query, reads }) => {
    const { id, executor } = await findDaemon(reads, params.daemon);
    const text = await reads.daemonLogs?.(id, query.stream);
    if (text !== undefined) return text;
    throw notFound(
      `show ${query.stream} of ${id}`,
      executor === 'process' ? 'it has never had a process' : 'it is built in and has no program of its own; its last words are in its health',
      'daemons',
    );
  },
} satisfies Partial<Handlers>;

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
