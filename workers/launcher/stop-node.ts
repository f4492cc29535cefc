import { setTimeout as sleep } from 'node:timers/promises';
import { given } from '../../src/base/given.ts';
import type { ClusterIdentity } from '../../src/domain/cluster/cluster-identity.ts';
import type { NodeConfig } from '../../src/domain/cluster/cluster.ts';
import { errorText } from '../../src/domain/failure/error.ts';
import type { Log } from '../../src/telemetry/log.ts';
import { openMachine } from '../../src/transport/open-machine.ts';
import { launcherLimits } from '../limits.ts';
import { withLimit } from './with-limit.ts';

export type NodeStop = { readonly node: string; readonly stopped: number } | { readonly node: string; readonly unreachable: string };

/** Stops every process of the cluster on one node. A command daemon may take `longestGraceMs` to end. Returns how many processes were stopped, or why the node could not be reached. */
export async function stopNode(owner: ClusterIdentity, node: NodeConfig, log: Log, longestGraceMs = 0): Promise<NodeStop> {
  const { jobGraceMs, machineCloseMsMax } = launcherLimits;
  // A host that may take longer to log in, or to run a command, gets that much more time.
  const nodeStopMsMax = launcherLimits.nodeStopMsMax + (node.limits?.loginMs ?? 0) + (node.limits?.commandMs ?? 0) + longestGraceMs;
  try {
    const machine = openMachine({ node: node.id, owner, folder: node.folder, connect: node.connect, ...given({ limits: node.limits }) });
    try {
      const { stopped } = await withLimit(
        machine.stopAll(jobGraceMs, Math.max(jobGraceMs, longestGraceMs)),
        nodeStopMsMax,
        `no answer in ${nodeStopMsMax / 1_000} s`,
      );
      log.info({ node: node.id, stopped }, 'stopped everything of ours on the node');
      return { node: node.id, stopped };
    } finally {
      await Promise.race([machine.close(), sleep(machineCloseMsMax)]);
    }
  } catch (error) {
    const unreachable = errorText(error);
    log.warn({ node: node.id, error: unreachable }, 'cannot stop what runs on the node');
    return { node: node.id, unreachable };
  }
}
