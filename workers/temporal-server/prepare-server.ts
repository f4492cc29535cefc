import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import type { ClusterIdentity } from '../../src/domain/cluster/cluster-identity.ts';
import type { RunningCluster } from '../../src/domain/cluster/cluster.ts';
import { errorText, RingmasterError } from '../../src/domain/failure/error.ts';
import { serverOptions } from '../../src/service/temporal/server-target.ts';
import { throughProxy } from '../../src/service/temporal/proxy.ts';
import type { Log } from '../../src/telemetry/log.ts';
import { serverLimits } from '../limits.ts';
import { claimNamespace } from './claim-namespace.ts';
import { ensureNamespace } from './ensure-namespace.ts';

/**
 * Gives the server its namespace, retention and search attributes, and tries again until this succeeds. Logs the reason of a failure once, and again
 * when the reason changes. Returns true when the server is ready, and false as soon as `isOver` returns true. Throws
 * `server.foreign-namespace` when another cluster uses the namespace: that does not pass by itself.
 */
export async function prepareServer(running: RunningCluster, owner: ClusterIdentity, isOver: () => boolean, log: Log): Promise<boolean> {
  const { namespace, retentionHours } = running.config.temporal;
  let lastMessage = '';
  while (!isOver()) {
    try {
      const connection = await Connection.connect({ ...serverOptions(running), connectTimeout: `${serverLimits.connectSecondsMax}s` });
      try {
        const ensured = await connection.withDeadline(Date.now() + serverLimits.prepareMsMax, () =>
          ensureNamespace(connection, namespace, retentionHours),
        );
        await connection.withDeadline(Date.now() + serverLimits.prepareMsMax, () => claimNamespace(connection, running, owner, log));
        log.info({ namespace, ...ensured }, 'the Temporal server is ready');
      } finally {
        await connection.close();
      }
      return true;
    } catch (error) {
      if (error instanceof RingmasterError && error.code === 'server.foreign-namespace') throw error;
      const message = `${errorText(error)}${throughProxy(running.temporalAddress)}`;
      if (message !== lastMessage) log.warn({ error: message }, 'the Temporal server is not ready yet');
      lastMessage = message;
      await sleep(serverLimits.preparePauseMs);
    }
  }
  return false;
}
