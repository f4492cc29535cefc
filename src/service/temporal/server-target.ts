/**
 * Connects to the Temporal server of a cluster. `up` chooses the server (`src/domain/cluster/choose-server.ts`) and writes it into cluster.json.
 * From then on every worker and every command uses the address and the namespace of cluster.json, even when the environment has changed, because the
 * cluster's workflows are on that server only. If the cluster does not run the server itself, the environment adds the credentials (TLS, API key,
 * metadata).
 */
import type { ConnectionOptions } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { RunningCluster } from '../../domain/cluster/cluster.ts';
import { RingmasterError } from '../../domain/failure/error.ts';
import { isLoopback } from './proxy.ts';

export type ServerTarget = Pick<RunningCluster, 'temporalAddress' | 'temporalEmbedded'>;
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Returns the options of a connection to the cluster's server. gRPC would use a proxy of the environment for this machine's own loopback too, where
 * the proxy reaches another machine or none.
 */
export const serverOptions = ({ temporalAddress, temporalEmbedded }: ServerTarget, env: Environment = process.env): ConnectionOptions => ({
  ...(temporalEmbedded ? {} : readTemporalProfile(env).connectionOptions),
  address: temporalAddress,
  ...(isLoopback(temporalAddress) ? { channelArgs: { 'grpc.enable_http_proxy': 0 } } : {}),
});

/** Returns what `TEMPORAL_*` and the Temporal profile say. Throws `config.invalid` when the profile cannot be read. */
export function readTemporalProfile(env: Environment): { readonly connectionOptions: Partial<ConnectionOptions>; readonly namespace?: string } {
  try {
    const { connectionOptions, namespace } = loadClientConnectConfig({
      overrideEnvVars: Object.fromEntries(Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined)),
    });
    return { connectionOptions, ...(namespace === undefined ? {} : { namespace }) };
  } catch (error) {
    throw new RingmasterError('config.invalid', {
      cannot: 'read the Temporal profile',
      because: (error as Error).message,
      hint: { say: 'correcting temporal.toml, or unsetting TEMPORAL_PROFILE and TEMPORAL_CONFIG_FILE' },
      cause: error,
    });
  }
}
