import { createConnection } from 'node:net';
import { Client, Connection, type ConnectionOptions } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { RunningCluster } from '../../domain/cluster/cluster.ts';
import { RingmasterError, toFailureRecord } from '../../domain/failure/failure.ts';

export interface Temporal {
  readonly client: Client;
  readonly address: string;
  readonly namespace: string;
  readonly close: () => Promise<void>;
}

const connectMsMax = 4_000;

/**
 * The environment (`TEMPORAL_*`) or a Temporal profile wins; else the server that `up` wrote down. Nothing is connected at import:
 * the client costs 140 ms to load, so callers import this file when they need it.
 */
export async function connect(running: RunningCluster | undefined): Promise<Temporal> {
  const { options, address, namespace } = target(running);
  const unavailable = (because: string, cause?: unknown): RingmasterError =>
    new RingmasterError('server.unavailable', {
      cannot: `reach the Temporal server at ${address}`,
      because,
      hint: 'bin/ringmaster status, and bin/ringmaster up if the cluster is stopped',
      fields: { address, namespace },
      cause,
    });
  if (await isRefused(address)) throw unavailable('nothing listens there');
  try {
    const connection = await Connection.connect({ ...options, connectTimeout: connectMsMax });
    return { client: new Client({ connection, namespace }), address, namespace, close: () => connection.close() };
  } catch (error) {
    throw unavailable(`it did not answer within ${connectMsMax / 1000} s`, error);
  }
}

/** gRPC goes on trying a refused port until its time is over; a plain connection says so at once. Anything else but a refusal is left to gRPC. */
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

function target(running: RunningCluster | undefined): { options: ConnectionOptions; address: string; namespace: string } {
  const { connectionOptions, namespace } = fromEnvironment();
  const address = connectionOptions.address ?? running?.temporalAddress;
  if (address === undefined) {
    throw new RingmasterError('server.unavailable', {
      cannot: 'find a Temporal server',
      because: 'neither TEMPORAL_ADDRESS nor a Temporal profile names one, and no cluster was started with this state folder',
      hint: 'ringmaster up --file cluster.yaml',
    });
  }
  return {
    options: { ...(connectionOptions as ConnectionOptions), address },
    address,
    namespace: namespace ?? running?.config.temporal.namespace ?? 'default',
  };
}

function fromEnvironment(): { connectionOptions: { address?: string }; namespace?: string } {
  try {
    return loadClientConnectConfig();
  } catch (error) {
    throw new RingmasterError('config.invalid', {
      cannot: "read the Temporal client's settings",
      because: toFailureRecord(error).message,
      hint: 'correcting TEMPORAL_PROFILE, TEMPORAL_CONFIG_FILE or the file temporal.toml they name',
      cause: error,
    });
  }
}
