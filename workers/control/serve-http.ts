import type { RunningCluster } from '../../src/domain/cluster/cluster.ts';
import { openListeners } from '../../src/domain/cluster/http-listeners.ts';
import { createHttpServer } from '../../src/http/server.ts';
import type { openClusterReads } from '../../src/service/cluster/open-cluster-reads.ts';

/** Starts the HTTP servers of control: one for each open listener. */
export async function serveHttp(
  { config: { http } }: RunningCluster,
  reads: ReturnType<typeof openClusterReads>,
): Promise<{ readonly close: () => Promise<void> }> {
  const servers = await Promise.all(
    openListeners(http).map(async ({ listener, port }) => {
      const server = createHttpServer({ reads, listener });
      await server.listen({ host: http.host, port });
      return server;
    }),
  );
  return {
    close: async () => {
      await Promise.all(servers.map((server) => server.close()));
      reads.close();
    },
  };
}
