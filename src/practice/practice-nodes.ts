/** The practice nodes of a cluster. The launcher prepares them at each start and writes their addresses into cluster.json. */
import { createHash } from 'node:crypto';
import type { ClusterIdentity } from '../domain/cluster/cluster-identity.ts';
import type { NodeConfig, RunningCluster } from '../domain/cluster/cluster.ts';
import { statePaths } from '../domain/cluster/state-paths.ts';
import type { Log } from '../telemetry/log.ts';
import { claimHome } from './claim-home.ts';
import { keptPracticeNodes, preparePracticeNode, removePracticeNode, type PracticeRequest } from './practice-node.ts';
import { practiceSshdCommand } from './practice-sshd.ts';

export interface NodeSshd {
  readonly node: string;
  readonly port: number;
  readonly argv: readonly string[];
}

export interface PreparedNodes {
  /** The cluster, now with the address of each practice node. */
  readonly running: RunningCluster;
  readonly sshds: readonly NodeSshd[];
}

const address = '127.0.0.1';

/** Makes the users, keys, homes and settings of the practice nodes. Keeps those that exist, so a repeat changes nothing. */
export async function preparePracticeNodes(running: RunningCluster, owner: ClusterIdentity, log: Log): Promise<PreparedNodes> {
  const nodes: NodeConfig[] = [];
  const sshds: NodeSshd[] = [];
  for (const node of running.config.nodes) {
    if (node.practice === undefined) {
      nodes.push(node);
      continue;
    }
    const request = requestFor(running, node, log);
    await claimHome(request, owner);
    const prepared = await preparePracticeNode(request);
    const { host, port, user, identityFile, knownHostsFile, folder } = prepared;
    nodes.push({ ...node, folder, connect: { type: 'ssh', host, port, user, identityFile, knownHostsFile } });
    sshds.push({ node: node.id, port, argv: practiceSshdCommand(prepared) });
  }
  return { running: { ...running, config: { ...running.config, nodes } }, sshds };
}

/** Removes the practice nodes of a cluster and returns their ids. */
export async function purgePracticeNodes(running: RunningCluster, log: Log): Promise<readonly string[]> {
  const purged: string[] = [];
  const { practice } = statePaths(running.config.state);
  // A node that is no longer in the cluster file has a folder of keys, too.
  const ids = new Set([...running.config.nodes.flatMap((node) => (node.practice === undefined ? [] : [node.id])), ...keptPracticeNodes(practice)]);
  for (const id of ids) {
    await removePracticeNode(requestFor(running, { id }, log));
    purged.push(id);
  }
  return purged;
}

const requestFor = (
  { config }: RunningCluster,
  { id, practice }: Pick<NodeConfig, 'practice'> & { readonly id: string },
  log: Log,
): PracticeRequest => ({
  id,
  root: statePaths(config.state).practice,
  address,
  port: practice?.port ?? 0,
  userName: userName(config.state, id),
  log: (line) => log.info({ node: id }, line),
});

/** A login name has at most 32 letters. The digest keeps two clusters with the same name on the same machine apart. */
const userName = (state: string, node: string): string =>
  `rm-${node.slice(0, 12)}-${createHash('sha256').update(`${state}\0${node}`).digest('hex').slice(0, 8)}`;
