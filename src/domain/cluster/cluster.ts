import type { AlertChannel } from '../alert/channel.ts';
import type { CommandDaemon } from '../daemon/command.ts';
import type { LeftPlace } from './left-places.ts';
import type { EventRetention } from '../event/retention.ts';
import type { SecretRef } from '../item/secret.ts';
import type { NodeId } from '../ids.ts';
import type { LogLimits } from '../job/log-limits.ts';
import type { NodeLimits } from '../node/node.ts';
import type { PipelineConfig } from '../pipeline/pipeline.ts';
import type { RetentionConfig } from './retention.ts';
import type { BackupConfig } from '../ledger/backup.ts';

/** The cluster file after validation. Every default is filled in and every path is absolute. */
export interface ClusterConfig {
  readonly v: 1;
  readonly cluster: string;
  /** Absolute path of the state folder. `state-paths.ts` shows its layout. */
  readonly state: string;
  readonly temporal: {
    readonly port: number;
    readonly uiPort: number;
    readonly metricsPort: number;
    readonly namespace: string;
    /** True when the cluster file names the namespace. */
    readonly isNamespaceNamed?: boolean;
    readonly retentionHours: number;
    /** Which server the cluster file asks for. `choose-server.ts` has the rules for a file without this word. */
    readonly server?: 'own' | 'external';
    /** The address of the external server, when the cluster file names it. */
    readonly address?: string;
    /** The address at which workers on other machines reach the server. Absent means: by a tunnel, or at the address of an external server. */
    readonly reachableAs?: string;
    /** True when every effect must come with the proof of the cluster's key. Absent means no. */
    readonly requireKey?: boolean;
  };
  /** The address and the ports of the HTTP listeners (`http-listeners.ts`). A listener without a port is not opened. */
  readonly http: { readonly host: string; readonly port: number; readonly healthPort?: number };
  readonly nodeLimits: NodeLimits;
  /** The time between two rounds of the sweep. */
  readonly sweepIntervalMs: number;
  /** A watcher's look at running jobs ends after this time at the latest. The watcher then begins the next look. */
  readonly watchIntervalMs: number;
  /** Absent in a file that an older release wrote. `backupsOf` fills it in. */
  readonly backups?: BackupConfig;
  /** Absent in a file that an older release wrote. `retentionOf` fills it in. */
  readonly retention?: RetentionConfig;
  /** The limits of the event log. Absent in a file that an older release wrote. `eventRetentionOf` fills it in. */
  readonly events?: EventRetention;
  /** Absent in the configuration that an older release wrote. The defaults then hold. */
  readonly logs?: LogLimits;
  /** The secrets that the cluster file names, in `secrets` and in stages. Items may name these and no others. Absent means none. */
  readonly secrets?: readonly SecretRef[];
  /** True when the cluster file lets root run jobs on a local node. Absent means no. */
  readonly allowRootLocal?: boolean;
  readonly nodes: readonly NodeConfig[];
  readonly datasets: readonly DatasetConfig[];
  readonly pipelines: readonly PipelineConfig[];
  /** The ways on which alerts reach people. Absent means none. */
  readonly alertChannels?: readonly AlertChannel[];
  /** The user's own programs that are always on. Absent in a file that an older release wrote. */
  readonly daemons?: readonly CommandDaemon[];
}

/** The way in which Ringmaster reaches a node. */
export type NodeConnect =
  | { readonly type: 'local' }
  | {
      readonly type: 'ssh';
      /** The name of the host for `ssh -G`, so that the settings in `~/.ssh/config` apply. */
      readonly host: string;
      readonly port?: number;
      readonly user?: string;
      readonly identityFile?: string;
      readonly knownHostsFile?: string;
    };

/** How long a login, a probe and a short command on a node may take. An absent limit has its default. */
export interface ReachLimits {
  /** The default is 20 s, or the user's ConnectTimeout if that is more. */
  readonly loginMs?: number;
  readonly probeMs?: number;
  readonly commandMs?: number;
}

export interface NodeConfig {
  readonly id: NodeId;
  readonly worker: 'resident' | 'none';
  readonly slots: number;
  readonly labels: readonly string[];
  /** The path of the node's folder. A relative path starts at the home folder of the user that logs in. */
  readonly folder: string;
  readonly connect: NodeConnect;
  /** The path of Node.js on the node, for the node's worker. Absent means: on the PATH, else in the usual places. */
  readonly nodeProgram?: string;
  /** The address at which the worker of this node reaches the Temporal server. It takes precedence over the address for the cluster. */
  readonly reachableAs?: string;
  /** When the node counts as idle, and the program that then shuts it down. Absent: the node is never shut down. */
  readonly idle?: { readonly afterMs: number; readonly command: readonly string[] };
  /** True when the daemon ELO_SYNC gives the ratings of the models to the node. */
  readonly ratings?: true;
  /** Present for a practice node. `ringmaster up` makes it on this machine for learning and tests, with its own sshd, user and home folder (mode 0700). */
  readonly practice?: { readonly port: number };
  /** The limits of the cluster file for this node. Absent in a file that an older release wrote. */
  readonly limits?: ReachLimits;
}

/**
 * A named tree of files. A dataset with the origin `home` is a folder at home, which syncs push to nodes. Jobs fill a dataset with the origin `node`, and
 * syncs pull that dataset home.
 */
export interface DatasetConfig {
  readonly id: string;
  readonly origin: 'home' | 'node';
  /** Absolute path of the folder. Present only for the origin `home`. */
  readonly path?: string;
  /** The nodes on which AUTO_SYNC keeps the dataset in step, as ids and labels. Absent when it is synced on request only. */
  readonly keep?: { readonly to: readonly string[] };
}

/**
 * The content of `<state>/run/cluster.json`. `ringmaster up` writes this file, and every other process of ours loads it. The file also has the
 * addresses of the practice nodes.
 */
export interface RunningCluster {
  readonly config: ClusterConfig;
  readonly configEpoch: number;
  readonly temporalAddress: string;
  readonly temporalUi?: string;
  /** True when `up` starts the Temporal server. `choose-server.ts` has the rules. */
  readonly temporalEmbedded: boolean;
  /** Why the cluster uses this server, for people. Absent in a file that an older version wrote. */
  readonly temporalBecause?: string;
  /** A server or a namespace that the environment names and that the cluster does not use, for people. */
  readonly temporalPassedOver?: string;
  /** The path of the cluster file. */
  readonly source: string;
  /** The folders on nodes that the cluster has used and that the file no longer names. Absent in a file that an older version wrote. */
  readonly left?: readonly LeftPlace[];
}
