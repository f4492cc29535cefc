/**
 * The processes that the launcher keeps running, as data, in the order of their start: `sshd-<node>` (practice nodes), `server` (when it is ours),
 * `ledger`, `gateway`, `control`. A process comes after the processes that it needs. The processes stop in reverse order.
 */
import { join } from 'node:path';
import type { RunningCluster } from '../../../src/domain/cluster/cluster.ts';
import type { NodeSshd } from '../../../src/practice/practice-nodes.ts';
import { launcherLimits } from '../../limits.ts';
import { isSshd, sshdName, type StartNeed, startNeedsOf } from '../../../src/domain/cluster/start-order.ts';
import { statePaths } from '../../../src/domain/cluster/state-paths.ts';
import { removeUnusedDatabase } from '../../../src/storage/server/server-database.ts';
import { configDigest } from './config-of-process.ts';
import { serverCommand, serverVariables } from '../../temporal-server/server-command.ts';

export interface ProcessEntry {
  readonly name: string;
  readonly argv: readonly string[];
  /** Variables that the process gets beside those of the launcher. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Called before each start of the process. Returns what it did, for the log. */
  readonly beforeStart?: () => string | undefined;
  /** The processes that this one needs before its first start. */
  readonly needs: readonly StartNeed[];
  readonly ready: Readiness;
  readonly beat: BeatSource;
  /** A child that shows no sign of life for this long is killed and started again. */
  readonly silentMsMax: number;
  /** Time between TERM and KILL. */
  readonly stopGraceMs: number;
  /**
   * True for a process that reads cluster.json only at its start, so that a new configuration restarts the process. Other processes restart only when
   * their command changes.
   */
  readonly restartsOnConfig: boolean;
  /** The digest of what the process reads of cluster.json. Absent for a process that reads nothing of it. */
  readonly configDigest?: string;
}

/**
 * `file`: `run/<process>.ready` contains the pid. `port`: the port accepts connections. `server`: the port accepts connections, and then the
 * namespace and the search attributes are made.
 */
export type Readiness = { readonly type: 'file' } | { readonly type: 'port'; readonly port: number } | { readonly type: 'server' };

/**
 * The sign of life of a child. `file`: a worker touches `run/<process>.beat`. `server`: the Temporal server replies to a request. `none`: the launcher does not judge the child. A
 * practice sshd stands for another machine, whose silence is the matter of the sweep.
 */
export type BeatSource = 'file' | 'server' | 'none';

const workerNames: readonly string[] = ['ledger', 'gateway', 'control'];
export const isWorker = (name: string): boolean => workerNames.includes(name);

export interface TableParts {
  readonly running: RunningCluster;
  /** Folder that holds `ledger/main.js`, … */
  readonly workersFolder: string;
  /** The path of the Temporal CLI. Undefined when the server is not ours. */
  readonly temporalCli?: string;
  readonly sshds: readonly NodeSshd[];
}

export function processTable({ running, workersFolder, temporalCli, sshds }: TableParts): readonly ProcessEntry[] {
  const { config } = running;
  const sshdNames = sshds.map(({ node }) => sshdName(node));
  const entry = (name: string, argv: readonly string[], ready: Readiness, beat: BeatSource): ProcessEntry => ({
    name,
    argv,
    needs: startNeedsOf(name, sshdNames),
    ready,
    beat,
    silentMsMax: beat === 'server' ? launcherLimits.serverSilentMsMax : launcherLimits.workerSilentMsMax,
    stopGraceMs: stopGraceMsOf(name),
    restartsOnConfig: isWorker(name),
    ...(isWorker(name) ? { configDigest: configDigest(name, running) } : {}),
  });
  return [
    ...sshds.map(({ node, port, argv }) => entry(sshdName(node), argv, { type: 'port', port }, 'none')),
    ...(temporalCli === undefined
      ? []
      : [
          {
            ...entry('server', serverCommand(temporalCli, config), { type: 'server' }, 'server'),
            variables: serverVariables(config.state),
            beforeStart: () =>
              removeUnusedDatabase(statePaths(config.state).temporalDatabase) ? 'removed a database on which no server was ready' : undefined,
          },
        ]),
    ...workerNames.map((name) =>
      entry(
        name,
        [process.execPath, '--enable-source-maps', join(workersFolder, name, 'main.js'), '--state', config.state],
        { type: 'file' },
        'file',
      ),
    ),
  ];
}

/** When a cluster is stopped, processes with a lower rank stop before the jobs on the nodes, and the other processes stop after these jobs. */
export const nodesRank = 9;

/**
 * Returns the rank of a process in the order in which a cluster is stopped: workers first, then (after the nodes) other processes, then the server,
 * and last the sshds.
 */
export function stopRank(name: string): number {
  const worker = workerNames.indexOf(name);
  if (worker >= 0) return workerNames.length - 1 - worker;
  if (name === 'server') return nodesRank + 1;
  return isSshd(name) ? nodesRank + 2 : nodesRank;
}

export function stopGraceMsOf(name: string): number {
  if (name === 'server') return launcherLimits.serverGraceMs;
  return isSshd(name) ? launcherLimits.sshdGraceMs : launcherLimits.workerGraceMs;
}
