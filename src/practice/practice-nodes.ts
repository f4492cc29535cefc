/** Practice nodes: machines made on this machine. Prepared at each start of the launcher (twice is as good as once); their addresses go into cluster.json. */
import { createHash } from 'node:crypto';
import type { NodeConfig, RunningCluster } from '../domain/cluster/cluster.ts';
import { statePaths } from '../domain/cluster/state-paths.ts';
import type { Log } from '../telemetry/log.ts';
import { preparePracticeNode, practiceSshdCommand, removePracticeNode } from './practice-sshd.ts';

export interface PreparedNodes {
  readonly running: RunningCluster;
  readonly sshds: readonly { readonly node: string; readonly port: number; readonly argv: readonly string[] }[];
}

const address = '127.0.0.1';

/** Login names hold 32 letters at most; two clusters on one machine, even of one name, must not share a user. */
const userName = (state: string, node: string): string =>
  `rm-${node.slice(0, 12)}-${createHash('sha256').update(`${state}\0${node}`).digest('hex').slice(0, 8)}`;

const requestFor = ({ config }: RunningCluster, { id, practice }: NodeConfig, log: Log) => ({
  id,
  root: statePaths(config.state).practice,
  address,
  port: practice?.port ?? 0,
  userName: userName(config.state, id),
  log: (line: string) => log.info({ node: id }, line),
});

export async function preparePracticeNodes(running: RunningCluster, log: Log): Promise<PreparedNodes> {
  const nodes: NodeConfig[] = [];
  const sshds: { node: string; port: number; argv: readonly string[] }[] = [];
  for (const node of running.config.nodes) {
    if (node.practice === undefined) {
      nodes.push(node);
      continue;
    }
    const prepared = await preparePracticeNode(requestFor(running, node, log));
    const { host, port, user, identityFile, knownHostsFile, folder } = prepared;
    nodes.push({ ...node, folder, connect: { type: 'ssh', host, port, user, identityFile, knownHostsFile } });
    sshds.push({ node: node.id, port, argv: practiceSshdCommand(prepared) });
  }
  return { running: { ...running, config: { ...running.config, nodes } }, sshds };
}

/** Answers which were removed. */
export async function purgePracticeNodes(running: RunningCluster, log: Log): Promise<readonly string[]> {
  const purged: string[] = [];
  for (const node of running.config.nodes) {
    if (node.practice === undefined) continue;
    await removePracticeNode(requestFor(running, node, log));
    purged.push(node.id);
  }
  return purged;
}
