import type { Client } from '@temporalio/client';
import type { RunningCluster } from '../../src/domain/cluster/cluster.ts';
import { createHttpServer } from '../../src/http/server.ts';
import { openClusterReads } from '../../src/service/cluster/open-cluster-reads.ts';

/** Starts the HTTP server of control. */
export async function serveHttp(running: RunningCluster, client: Client): Promise<{ readonly close: () => Promise<void> }> {
  const reads = openClusterReads(running, client);
  const server = createHttpServer({ reads });
  await server.listen(running.config.http);
  return {
    close: async () => {
      await server.close();
      reads.close();
    },
  };
}
