import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterIdentity } from '../../src/domain/cluster/cluster-identity.ts';
import type { RunningCluster } from '../../src/domain/cluster/cluster.ts';
import type { LeftPlace } from '../../src/domain/cluster/left-places.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { errorText, RingmasterError } from '../../src/domain/failure/error.ts';
import type { NodeId } from '../../src/domain/ids.ts';
import type { Log } from '../../src/telemetry/log.ts';
import { clearCommand } from '../../src/transport/clear-command.ts';
import { openMachine } from '../../src/transport/open-machine.ts';
import { launcherLimits } from '../limits.ts';
import { withLimit } from './with-limit.ts';

export type NodePurge =
  /** `left` names a file in the folder that is not ours. */
  | { readonly node: string; readonly folder: string; readonly type: 'cleared'; readonly left?: string }
  /** `command` clears the folder later. It is absent when the folder is not ours. */
  | { readonly node: string; readonly folder: string; readonly type: 'kept'; readonly because: string; readonly command?: string };

/**
 * Clears the folders of all nodes at the same time. Also clears the folders of nodes that are no longer in the cluster file. Practice nodes are
 * removed whole, by `purgePracticeNodes`. Never throws: a node that cannot be cleared is reported.
 */
export const purgeNodes = (state: string, running: RunningCluster, owner: ClusterIdentity, log: Log): Promise<readonly NodePurge[]> =>
  Promise.all(
    [...running.config.nodes.filter(({ practice }) => practice === undefined), ...leftNodes(state, running)].map((node) =>
      purgeNode(node, owner, log),
    ),
  );

/** Returns the places that `up` has remembered, and the folders of local nodes in the state folder. An older release did not remember places. */
function leftNodes(state: string, { config, left = [] }: RunningCluster): readonly LeftPlace[] {
  const { node } = statePaths(state);
  const nodes = dirname(node('x'));
  if (!existsSync(nodes)) return left;
  const known = new Set([...config.nodes, ...left].map(({ folder }) => folder));
  const found = readdirSync(nodes)
    .filter((id) => !known.has(node(id)))
    .map((id): LeftPlace => ({ id: basename(id) as NodeId, folder: node(id), connect: { type: 'local' } }));
  return [...left, ...found];
}

async function purgeNode({ id: node, folder, connect, limits = {} }: LeftPlace, owner: ClusterIdentity, log: Log): Promise<NodePurge> {
  const { jobGraceMs, nodePurgeMsMax, machineCloseMsMax } = launcherLimits;
  const machine = openMachine({ node, owner, folder, connect, limits });
  try {
    // A node that did not answer while the cluster was stopped may still have jobs.
    const work = machine.stopAll(jobGraceMs).then(() => machine.purge());
    const left = await withLimit(work, nodePurgeMsMax, `it took longer than ${nodePurgeMsMax / 1_000} s`);
    log.info({ node, folder, left }, 'cleared the folder of the node');
    return { node, folder, type: 'cleared', ...(left === undefined ? {} : { left }) };
  } catch (error) {
    log.warn({ node, error: errorText(error) }, 'cannot clear the folder of the node');
    if (error instanceof RingmasterError && (error.code === 'node.foreign-owner' || error.code === 'node.foreign-files'))
      return { node, folder, type: 'kept', because: error.message };
    return { node, folder, type: 'kept', because: errorText(error), command: clearCommand({ folder, connect }, owner.id) };
  } finally {
    await Promise.race([machine.close(), sleep(machineCloseMsMax)]);
  }
}
