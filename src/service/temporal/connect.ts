import { createConnection } from 'node:net';
import { Client, Connection } from '@temporalio/client';
import type { RunningCluster } from '../../domain/cluster/cluster.ts';
import { given } from '../../base/given.ts';
import { measuredConverter } from './measured-converter.ts';
import { grpcProxyOf, pastProxy, throughProxy } from './proxy.ts';
import { proofInterceptors } from './proof-interceptors.ts';
import { keyRingOf } from './read-key.ts';
import { serverOptions } from './server-target.ts';
import { upCommand } from '../../domain/cluster/own-command.ts';
import { RingmasterError } from '../../domain/failure/error.ts';
import { connectMsMax } from '../limits.ts';

export interface Temporal {
  readonly client: Client;
  readonly address: string;
  readonly namespace: string;
  readonly close: () => Promise<void>;
}

/** Connects to the cluster's Temporal server. The client takes 140 ms to load, so callers import this file only when they need it. */
export async function connect(running: RunningCluster): Promise<Temporal> {
  const address = running.temporalAddress;
  const { namespace } = running.config.temporal;
  const keys = keyRingOf(running);
  const unavailable = (because: string, cause?: unknown): RingmasterError =>
    new RingmasterError('server.unavailable', {
      cannot: `reach the Temporal server at ${address}`,
      because,
      hint: pastProxy(address) ?? { say: 'ringmaster status, and if the cluster is stopped', run: upCommand(running.source) },
      fields: { address, namespace },
      cause,
    });
  if (grpcProxyOf(address) === undefined && (await isRefused(address))) throw unavailable('nothing listens there');
  try {
    const connection = await Connection.connect({ ...serverOptions(running), connectTimeout: connectMsMax });
    const interceptors = keys === undefined ? undefined : proofInterceptors(keys);
    const client = new Client({ connection, namespace, dataConverter: measuredConverter, ...given({ interceptors }) });
    return { client, address, namespace, close: () => connection.close() };
  } catch (error) {
    throw unavailable(`it did not answer within ${connectMsMax / 1000} s${throughProxy(address)}`, error);
  }
}

/**
 * Returns true when the port refuses a plain connection, so that the caller can fail at once. gRPC would keep trying a refused port until its time
 * limit. All other errors are reported by gRPC itself.
 */
function isRefused(address: string): Promise<boolean> {
  const { hostname, port } = new URL(`tcp://${address}`);
  return new Promise((resolve) => {
    const socket = createConnection({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 7233), timeout: connectMsMax });
    const end = (refused: boolean) => (): void => {
      socket.destroy();
      resolve(refused);
    };
    socket.once('connect', end(false)).once('timeout', end(false));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code === 'ECONNREFUSED')());
  });
}
