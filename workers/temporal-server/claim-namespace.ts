/**
 * Two clusters must not share a namespace: their workflows have the same ids. So a namespace carries the id of the cluster that uses it, in its free
 * data.
 */
import { Connection } from '@temporalio/client';
import type { ClusterIdentity } from '../../src/domain/cluster/cluster-identity.ts';
import { clusterKey } from '../../src/domain/cluster/cluster-key.ts';
import type { RunningCluster } from '../../src/domain/cluster/cluster.ts';
import { RingmasterError } from '../../src/domain/failure/error.ts';
import { throughProxy } from '../../src/service/temporal/proxy.ts';
import { serverOptions } from '../../src/service/temporal/server-target.ts';
import type { Log } from '../../src/telemetry/log.ts';
import { serverLimits } from '../limits.ts';

const idKey = 'ringmaster.cluster-id';
const saysKey = 'ringmaster.cluster';

/**
 * Writes the id into the namespace. Throws `server.foreign-namespace` if it has the id of another cluster. The own server has no other cluster's
 * namespaces: its database is in the state folder.
 */
export async function claimNamespace(connection: Connection, running: RunningCluster, owner: ClusterIdentity, log: Log): Promise<void> {
  const { namespace } = running.config.temporal;
  const isOwn = running.temporalEmbedded;
  if ((await ownerOf(connection, namespace)).id === owner.id) return;
  if (!isOwn) await refuseForeign(connection, namespace, owner);
  try {
    await connection.workflowService.updateNamespace({ namespace, updateInfo: { data: { [idKey]: owner.id, [saysKey]: owner.says } } });
  } catch (error) {
    // A login may use a namespace and have no right to change it. Nothing then keeps a second cluster out of it.
    log.warn({ namespace, error: (error as Error).message }, 'the namespace cannot be marked as used by this cluster');
    return;
  }
  // Another cluster may have written its id at the same moment. The last write holds, and the cluster that did not write it is refused.
  if (!isOwn) await refuseForeign(connection, namespace, owner);
}

/**
 * Refuses a namespace of another cluster before anything is started. A server that cannot be reached yet is checked later, by `claimNamespace`. At the first
 * start, a server that only the environment names must reply: the cluster would stay with it.
 */
export async function refuseForeignNamespace(
  running: RunningCluster,
  owner: ClusterIdentity,
  { isFirst, env }: { readonly isFirst: boolean; readonly env: Readonly<Record<string, string | undefined>> },
): Promise<void> {
  if (running.temporalEmbedded) return;
  let connection: Connection | undefined;
  try {
    connection = await Connection.connect({ ...serverOptions(running), connectTimeout: `${serverLimits.connectSecondsMax}s` });
    const open = connection;
    await open.withDeadline(Date.now() + serverLimits.prepareMsMax, () => refuseForeign(open, running.config.temporal.namespace, owner));
  } catch (error) {
    if (error instanceof RingmasterError && error.code === 'server.foreign-namespace') throw error;
    const { server, address } = running.config.temporal;
    if (isFirst && connection === undefined && server === undefined && address === undefined) throw noReply(running, env);
  } finally {
    await connection?.close();
  }
}

function noReply(
  { config, temporalAddress, temporalBecause = '' }: RunningCluster,
  env: Readonly<Record<string, string | undefined>>,
): RingmasterError {
  return new RingmasterError('server.unavailable', {
    cannot: `bring up cluster ${config.cluster}`,
    because: `the Temporal server ${temporalAddress}${throughProxy(temporalAddress, env)} does not reply, and the cluster would stay with it (${temporalBecause} names it)`,
    hint: {
      say: `starting that server; or, for a server of the cluster's own, the same command without ${temporalBecause}, or ${clusterKey('temporal.server')} own in the cluster file`,
    },
    fields: { address: temporalAddress },
  });
}

async function refuseForeign(connection: Connection, namespace: string, owner: ClusterIdentity): Promise<void> {
  const { id, says } = await ownerOf(connection, namespace);
  if (id === undefined || id === owner.id) return;
  throw new RingmasterError('server.foreign-namespace', {
    cannot: `use the namespace ${namespace} of the Temporal server`,
    because: `another cluster uses it: ${says}. This cluster is ${owner.says}`,
    hint: { say: `another name for ${clusterKey('temporal.namespace')} in the cluster file` },
    fields: { namespace, ownerId: id },
  });
}

/** Returns the cluster that uses the namespace. */
async function ownerOf(connection: Connection, namespace: string): Promise<{ readonly id?: string; readonly says?: string }> {
  const { namespaceInfo } = await connection.workflowService.describeNamespace({ namespace });
  const id = namespaceInfo?.data?.[idKey];
  return id === undefined || id === '' ? {} : { id, says: namespaceInfo?.data?.[saysKey] ?? id };
}
