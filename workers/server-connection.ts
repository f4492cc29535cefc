import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection, type ConnectionOptions } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection } from '@temporalio/worker';
import type { RunningCluster } from '../src/domain/cluster/cluster.ts';

export type ServerTarget = Pick<RunningCluster, 'temporalAddress' | 'temporalEmbedded'>;

/** A server of somebody else's may want TLS or a key: TEMPORAL_* and the profile say so. */
export const serverOptions = ({ temporalAddress, temporalEmbedded }: ServerTarget): ConnectionOptions =>
  temporalEmbedded ? { address: temporalAddress } : { ...loadClientConnectConfig().connectionOptions, address: temporalAddress };

const connectTriesMax = 60;

/** For workers. The server may be starting or restarting: tries twice a second for half a minute. */
export async function connectWorker(target: ServerTarget): Promise<NativeConnection> {
  const { address = target.temporalAddress, tls, apiKey, metadata } = serverOptions(target);
  const options = {
    address,
    ...(tls === undefined ? {} : { tls }),
    ...(typeof apiKey === 'string' ? { apiKey } : {}),
    ...(metadata === undefined ? {} : { metadata }),
  };
  for (let tries = 1; ; tries += 1) {
    try {
      return await NativeConnection.connect(options);
    } catch (error) {
      if (tries >= connectTriesMax) throw error;
      await sleep(500);
    }
  }
}

/** For questions and signals from a worker process; connects at the first of them. */
export const openClient = (target: ServerTarget, namespace: string): Client =>
  new Client({ connection: Connection.lazy(serverOptions(target)), namespace });
