import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { serverOptions, type ServerTarget } from '../src/service/temporal/server-target.ts';

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
