/**
 * What the launcher keeps running, as data, in start order: each waits for the ones before it to be ready for the first time; stopping goes in
 * reverse. `sshd-<node>` (practice nodes) → `server` (when it is ours) → `ledger` → `gateway` → `control`.
 */
import { join } from 'node:path';
import type { RunningCluster } from '../../../src/domain/cluster/cluster.ts';
import type { NodeSshd } from '../../../src/practice/practice-nodes.ts';
import { serverCommand } from '../../temporal-server/server-command.ts';

export interface ProcessEntry {
  readonly name: string;
  readonly argv: readonly string[];
  /** What tells that it is ready. `file`: `<state>/run/<name>.ready` holds its pid. `server`: port, then namespace and search attributes. */
  readonly ready: { readonly type: 'file' } | { readonly type: 'port'; readonly port: number } | { readonly type: 'server' };
  /** After TERM it has so long before KILL. */
  readonly stopGraceMs: number;
  /** Reads cluster.json only at its start: a new configuration restarts it. The others restart when their command changes. */
  readonly restartsOnConfig: boolean;
}

export const workerNames = ['ledger', 'gateway', 'control'] as const;
export const sshdName = (node: string): string => `sshd-${node}`;

const workerGraceMs = 15_000;
const serverGraceMs = 10_000;
const sshdGraceMs = 3_000;

export interface TableParts {
  readonly running: RunningCluster;
  /** Folder that holds `ledger/main.js`, … */
  readonly workersFolder: string;
  /** The Temporal CLI; undefined when the server is not ours. */
  readonly temporalCli?: string;
  readonly sshds: readonly NodeSshd[];
}

export function processTable({ running, workersFolder, temporalCli, sshds }: TableParts): readonly ProcessEntry[] {
  const { config } = running;
  return [
    ...sshds.map(({ node, port, argv }): ProcessEntry => ({
      name: sshdName(node),
      argv,
      ready: { type: 'port', port },
      stopGraceMs: sshdGraceMs,
      restartsOnConfig: false,
    })),
    ...(temporalCli === undefined
      ? []
      : [
          {
            name: 'server',
            argv: serverCommand(temporalCli, config),
            ready: { type: 'server' as const },
            stopGraceMs: serverGraceMs,
            restartsOnConfig: false,
          },
        ]),
    ...workerNames.map((name): ProcessEntry => ({
      name,
      argv: [process.execPath, '--enable-source-maps', join(workersFolder, name, 'main.js'), '--state', config.state],
      ready: { type: 'file' },
      stopGraceMs: workerGraceMs,
      restartsOnConfig: true,
    })),
  ];
}

/** Stop order from names alone, for `down` without a launcher: workers, then (after the nodes) server, sshds, and whatever else. */
export const stopRank = (name: string): number => {
  const worker = (workerNames as readonly string[]).indexOf(name);
  if (worker >= 0) return workerNames.length - 1 - worker;
  return name === 'server' ? 10 : name.startsWith('sshd-') ? 11 : 9;
};
/** Ranks below are stopped before the nodes' jobs are. */
export const nodesRank = 9;
export const stopGraceMsOf = (name: string): number => (name === 'server' ? serverGraceMs : name.startsWith('sshd-') ? sshdGraceMs : workerGraceMs);
