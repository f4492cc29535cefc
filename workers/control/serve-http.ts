import type { RunningCluster } from '../../src/domain/cluster/cluster.ts';
import { createHttpServer } from '../../src/http/server.ts';
import type { openClusterReads } from '../../src/service/cluster/open-cluster-reads.ts';

/** Starts the HTTP server of control. */
export async function serveHttp(
  running: RunningCluster,
  reads: ReturnType<typeof openClusterReads>,
): Promise<{ readonly close: () => Promise<void> }> {
  const server = createHttpServer({ reads });
  await server.listen(running.config.http);
  return {
    close: async () => {
      await server.close();
      reads.close();
    },
  };
}
