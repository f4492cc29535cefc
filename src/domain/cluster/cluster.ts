import type { NodeId } from '../ids.ts';
import type { NodeLimits } from '../node/node.ts';
import type { PipelineConfig } from '../pipeline/pipeline.ts';

/** The cluster file after validation, with every default filled in and every path absolute. */
export interface ClusterConfig {
  readonly v: 1;
  readonly cluster: string;
  /** State folder, absolute. Ledgers under `data/`, process records under `run/`, logs under `logs/`. */
  readonly state: string;
  readonly temporal: {
    readonly port: number;
    readonly uiPort: number;
    readonly metricsPort: number;
    readonly namespace: string;
    readonly retentionHours: number;
  };
  readonly http: { readonly host: string; readonly port: number };
  readonly nodeLimits: NodeLimits;
  /** How often the sweep looks at the nodes and watchers look at jobs. */
  readonly sweepIntervalMs: number;
  readonly watchIntervalMs: number;
  readonly nodes: readonly NodeConfig[];
  readonly datasets: readonly DatasetConfig[];
  readonly pipelines: readonly PipelineConfig[];
}

/** How to log in. */
export type NodeConnect =
  | { readonly type: 'local' }
  | {
      readonly type: 'ssh';
      /** A name for `ssh -G`: `~/.ssh/config` holds. */
      readonly host: string;
      readonly port?: number;
      readonly user?: string;
      readonly identityFile?: string;
      readonly knownHostsFile?: string;
    };

export interface NodeConfig {
  readonly id: NodeId;
  readonly worker: 'resident' | 'none';
  readonly slots: number;
  readonly labels: readonly string[];
  /** The node's folder; relative to the login's home unless absolute. */
  readonly folder: string;
  readonly connect: NodeConnect;
  /** A node that `ringmaster up` makes on this machine, with its own sshd, user and 0700 home, to learn and test on. */
  readonly practice?: { readonly port: number };
}

/** A tree kept on nodes or at home. `home` datasets are folders here that sync pushes to nodes; `node` datasets are filled by jobs and pulled home. */
export interface DatasetConfig {
  readonly id: string;
  readonly origin: 'home' | 'node';
  /** For `home`: the folder, absolute. */
  readonly path?: string;
}

/** `<state>/run/cluster.json`: what every process of ours loads. Written by `up`; practice nodes already resolved to addresses. */
export interface RunningCluster {
  readonly config: ClusterConfig;
  readonly configEpoch: number;
  readonly temporalAddress: string;
  readonly temporalUi?: string;
  /** True when `up` owns the server process; false with TEMPORAL_ADDRESS or a profile. */
  readonly temporalEmbedded: boolean;
  /** The file the configuration came from. */
  readonly source: string;
}
