/**
 * Command daemons: the user's own programs that are always on, as the cluster file declares them. A daemon with `node` runs on that node. A daemon with
 * `labels` runs on each node that has all of the labels, and each of these processes is a daemon of its own, `<id>/<node>`.
 */
import { given } from '../../base/given.ts';
import type { ClusterConfig, NodeConfig } from '../cluster/cluster.ts';
import type { ItemId, JobRef, NodeId } from '../ids.ts';
import { hasSecrets, type JobEnv } from '../item/secret.ts';
import { hasFreight, type WorkItemSpec } from '../item/work-item.ts';
import { jobLimitSecondsMax } from '../limits.ts';
import type { StopWay } from '../job/job.ts';
import { itemOfDaemon } from './daemon-item.ts';
import type { DaemonRow, RestartPolicy } from './daemon.ts';
import type { HealthCheck } from './health.ts';

/** An entry of `daemons` in the cluster file. */
export interface CommandDaemon {
  readonly id: string;
  readonly command: readonly string[];
  /** Absent when `labels` choose the nodes. */
  readonly node?: NodeId;
  readonly labels: readonly string[];
  readonly env: JobEnv;
  /** The daemons that must run while this one runs. */
  readonly needs: readonly string[];
  /** Absent: a program that runs is well. */
  readonly health?: HealthCheck;
  /** The program must be healthy for the first time within this time after its start. */
  readonly readyWithinMs: number;
  readonly restart: RestartPolicy;
  readonly stop: StopWay;
  /** The sha256 of the entry, which changes with each change of it. */
  readonly digest: string;
}

/** The process of a command daemon, as the ledger gives it out. */
export interface DaemonProcess {
  readonly daemon: string;
  readonly node: NodeId;
  readonly job: JobRef;
  readonly spec: WorkItemSpec;
  readonly stop: StopWay;
  readonly health?: HealthCheck;
  readonly readyWithinMs: number;
  /** True when the node has its own worker. */
  readonly residentRoute: boolean;
  /** The digest of the entry with which the process was started. */
  readonly declaration: string;
}

/** A command daemon on one node. */
export interface DeclaredDaemon {
  readonly row: DaemonRow;
  readonly process: Omit<DaemonProcess, 'job'>;
}

/**
 * Returns true for a process that may start together with others. A program with a health check does not run before its first good answer, and only the gateway
 * reads secrets.
 */
export const startsTogether = ({ health, spec }: Pick<DaemonProcess, 'health' | 'spec'>): boolean =>
  health === undefined && !hasSecrets(spec) && !hasFreight(spec);

/** A process that runs does some look at least this often, so that a daemon without one is known to be silent. */
const intervalMs = 600_000;

const nodesOf = ({ node, labels }: CommandDaemon, nodes: readonly NodeConfig[]): readonly NodeConfig[] =>
  nodes.filter((one) => (node === undefined ? labels.every((label) => one.labels.includes(label)) : one.id === node));
const idOn = ({ id, node }: CommandDaemon, on: NodeId): string => (node === undefined ? `${id}/${on}` : id);

/** Returns the daemons that a name of the cluster file stands for: itself, or one on each node. */
export function daemonsNamed(name: string, { daemons = [], nodes }: Pick<ClusterConfig, 'daemons' | 'nodes'>): readonly string[] {
  const found = daemons.find(({ id }) => id === name);
  return found === undefined ? [name] : nodesOf(found, nodes).map(({ id }) => idOn(found, id));
}

/** Returns each command daemon of the cluster file, on each of its nodes, in the order of the file. */
export function declaredDaemons(config: Pick<ClusterConfig, 'daemons' | 'nodes'>): readonly DeclaredDaemon[] {
  const { daemons = [], nodes } = config;
  return daemons.flatMap((entry) => nodesOf(entry, nodes).map((node) => declaredOn(entry, node, config)));
}

function declaredOn(entry: CommandDaemon, { id: node, worker }: NodeConfig, config: Pick<ClusterConfig, 'daemons' | 'nodes'>): DeclaredDaemon {
  const id = idOn(entry, node);
  const { command, env, needs, health, readyWithinMs, restart, stop, digest } = entry;
  return {
    row: {
      id,
      summary: `runs ${command[0] ?? ''} on ${node}`,
      critical: false,
      dependencies: [...new Set(needs.flatMap((one) => neededBy(one, node, config)))],
      intervalMs,
      executor: 'process',
      process: { node, declaration: digest, restart },
    },
    process: {
      daemon: id,
      node,
      spec: specOf(itemOfDaemon(id), command, env),
      stop,
      ...given({ health }),
      readyWithinMs,
      residentRoute: worker === 'resident',
      declaration: digest,
    },
  };
}

/** A daemon on a node needs the other daemon on the same node when there is one, and otherwise the other daemon on every node. */
function neededBy(name: string, node: NodeId, config: Pick<ClusterConfig, 'daemons' | 'nodes'>): readonly string[] {
  const all = daemonsNamed(name, config);
  return all.includes(`${name}/${node}`) ? [`${name}/${node}`] : all;
}

/** The process is started like a job. A daemon has no limit of its run time and no fence of its own, so it goes on while its node cannot be reached. */
const specOf = (id: ItemId, command: readonly string[], env: JobEnv): WorkItemSpec => ({
  id,
  kind: 'command',
  priority: 0,
  command,
  env,
  request: {},
  inputs: [],
  outputs: [],
  seed: 0,
  attemptsMax: 1,
  slots: 1,
  labels: [],
  limits: { runSecondsMax: jobLimitSecondsMax, silentSecondsMax: jobLimitSecondsMax },
});

/** Returns the row of a daemon that the cluster file does not have, and whose process may still live. */
export const retiredRow = ({ daemon, node, declaration }: Pick<DaemonProcess, 'daemon' | 'node' | 'declaration'>): DaemonRow => ({
  id: daemon,
  summary: `ran on ${node}`,
  critical: false,
  dependencies: [],
  intervalMs,
  executor: 'process',
  process: { node, declaration, restart: 'never', isRetired: true },
});
