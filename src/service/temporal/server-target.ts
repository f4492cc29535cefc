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
import type { Hint } from '../../domain/failure/hint.ts';
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

/** Returns what `TEMPORAL_*` and the Temporal profile say. Throws `config.invalid` when one of them cannot be read. */
export function readTemporalProfile(env: Environment): { readonly connectionOptions: Partial<ConnectionOptions>; readonly namespace?: string } {
  try {
    const { connectionOptions, namespace } = loadProfile(env);
    return { connectionOptions, ...(namespace === undefined ? {} : { namespace }) };
  } catch (error) {
    throw new RingmasterError('config.invalid', {
      cannot: 'read the Temporal profile',
      because: (error as Error).message,
      hint: fixOf(env),
      cause: error,
    });
  }
}

const loadProfile = (env: Environment, disableFile = false): ReturnType<typeof loadClientConnectConfig> =>
  loadClientConnectConfig({
    overrideEnvVars: Object.fromEntries(Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined)),
    disableFile,
  });

/** Returns the fix of what cannot be read: the variables when they fail without the file too, and the file otherwise. */
function fixOf(env: Environment): Hint {
  const isSet = (name: string): boolean => env[name] !== undefined;
  try {
    loadProfile(env, true);
  } catch {
    return {
      say: `correcting or unsetting ${Object.keys(env)
        .filter((name) => name.startsWith('TEMPORAL_TLS') && isSet(name))
        .join(', ')}`,
    };
  }
  const chosen = ['TEMPORAL_PROFILE', 'TEMPORAL_CONFIG_FILE'].filter(isSet);
  return {
    say: `correcting ${env['TEMPORAL_CONFIG_FILE'] ?? 'temporal.toml'}${chosen.length === 0 ? '' : `, or unsetting ${chosen.join(' and ')}`}`,
  };
}
