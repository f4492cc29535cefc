import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { clusterKey } from '../../src/domain/cluster/cluster-key.ts';
import type { ClusterConfig, RunningCluster } from '../../src/domain/cluster/cluster.ts';
import { downCommand } from '../../src/domain/cluster/own-command.ts';
import { tunnelNeedsKey, tunnelNodes } from '../../src/domain/cluster/tunnel-key.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { RingmasterError } from '../../src/domain/failure/error.ts';
import { readKey } from '../../src/service/temporal/read-key.ts';
import { replaceFile } from '../../src/system/replace-file.ts';

const keyBytes = 32;

/**
 * Refuses a change of `temporal.requireKey` on a state folder that a cluster already used, and a cluster whose key is gone. The workflows of such a
 * cluster began without a proof, or with the proof of another key, so a change would end them all.
 */
export function refuseChangedKey(config: ClusterConfig, before: RunningCluster | undefined): void {
  if (before === undefined) return;
  const [had, wants] = [before.config.temporal.requireKey === true, config.temporal.requireKey === true];
  if (had === wants) return void readKey({ config });
  throw new RingmasterError('config.require-key', {
    cannot: `start cluster ${config.cluster} with ${clusterKey('temporal.requireKey')}: ${wants}`,
    because: `its state folder ${config.state} was first started with ${had}, and workflows that run there began so`,
    hint: {
      say: `${clusterKey('temporal.requireKey')}: ${had}, another state folder, or ${downCommand(config.state, '--purge')}, which removes everything, and then the same command again`,
    },
    fields: { state: config.state },
  });
}

/** Refuses a cluster without a key whose workers on other machines reach the server by a tunnel: every user of such a machine can use the tunnel. */
export function refuseKeylessTunnel(planned: RunningCluster, before: RunningCluster | undefined): void {
  const nodes = planned.config.temporal.requireKey === true ? [] : tunnelNodes(planned);
  if (nodes.length > 0) throw tunnelNeedsKey(nodes, planned.temporalAddress, before !== undefined);
}

/** Makes the key of a new cluster, readable for its user only. The folder must exist. */
export function ensureKey({ state, temporal }: ClusterConfig): void {
  const file = statePaths(state).temporalKey;
  if (temporal.requireKey === true && !existsSync(file)) replaceFile(file, `${randomBytes(keyBytes).toString('hex')}\n`, { sync: true });
}
