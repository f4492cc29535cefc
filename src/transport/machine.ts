import type { NodeConnect } from '../domain/cluster/cluster.ts';
import type { JobRef, NodeId } from '../domain/ids.ts';
import type { JobObservation, OutputManifest, StartedJob } from '../domain/job/job.ts';
import type { JobLimits, OutputRule } from '../domain/item/work-item.ts';

/**
 * A node as the rest of the product sees it. Three implementations, one conformance suite (`test/transport/machine-conformance.ts`):
 * local (this machine), ssh (one kept connection, by npm ssh2 or by the system's ssh), scripted (tests; authoritative).
 *
 * Every method fails fast with a RingmasterError and never retries. Paths are relative to the node's folder unless they start with `/`.
 *
 * Layout of a node's folder (0700):
 *   jobs/<item>/<epoch>/   input/ output/ out err pid rc ended mark renew lock   one try at one item
 *   fences/<item>          highest epoch that may act (compared under flock)
 *   blobs/<sha256>         inputs by content
 *   datasets/<dataset>/    what accepted jobs left here, files arrive by rename
 *   replicas/<dataset>/    current → v/<digest>, v/<digest>/, incoming/
 */
export interface Machine {
  readonly node: NodeId;
  /** Runs a program to its end. Arguments are quoted, never spliced. */
  run: (request: RunRequest) => Promise<RunResult>;
  /**
   * Starts a job's process once: one atomic mkdir decides. A repeat answers `adopted: true` with the recorded process.
   * Throws `job.epoch-refused` when the fence holds a greater epoch, `job.spawn-failed` when the program cannot be run.
   */
  start: (request: StartRequest) => Promise<StartedJob>;
  /**
   * One look at each of the jobs, in one round trip; renews them (`selfFenceSeconds`). Jobs without a folder are `absent`.
   * With `waitMs` it looks when a job of this node ends, or after that time.
   */
  look: (jobs: readonly JobRef[], waitMs?: number) => Promise<readonly JobObservation[]>;
  /**
   * Raises the fence to the job's epoch, then ends its process group and every process with its mark: TERM, after `graceMs` KILL.
   * Nothing else is ever stopped. Ends when none is left. Answers how many processes were there.
   */
  stop: (job: JobRef, graceMs: number) => Promise<{ readonly stopped: number }>;
  /** Stops every process of this cluster's mark on the node, jobs and workers: for `down`. */
  stopAll: (graceMs: number) => Promise<{ readonly stopped: number }>;
  /**
   * The manifest of a job that has ended, checked against sizes and sha256 of its files on the node. Ends first what the program left running.
   * Throws job.no-output | job.bad-manifest | job.corrupt-output.
   */
  manifest: (job: JobRef) => Promise<OutputManifest>;
  /** Moves outputs that belong to datasets into place by rename, under the fence: `datasets/<d>/<item>.<path>`. A repeat changes nothing. */
  settle: (job: JobRef, rules: readonly OutputRule[]) => Promise<void>;
  /** Removes the jobs' folders (after their summaries are in the ledger); one of a live process, or that cannot go, stays: then `transport.busy`, after all others. */
  forget: (jobs: readonly JobRef[]) => Promise<void>;
  /** First `bytesMax` bytes from `offset`; a negative offset counts from the end. */
  read: (path: string, options: { readonly offset?: number; readonly bytesMax: number }) => Promise<Buffer>;
  /** A verified, resumable, atomic copy of a tree or a file between this host and the node. */
  copy: (request: CopyRequest) => Promise<CopyResult>;
  /** One cheap look at the machine itself. */
  probe: () => Promise<MachineProbe>;
  close: () => Promise<void>;
}

export interface RunRequest {
  readonly argv: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: Buffer | string;
  readonly timeoutMs: number;
  /** Default 1 MiB a stream; more is cut and `truncated` set. */
  readonly outputBytesMax?: number;
  readonly signal?: AbortSignal;
}

export interface RunResult {
  /** null: ended by a signal. */
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly truncated: boolean;
}

export interface StartRequest {
  readonly job: JobRef;
  /** `{payload}` already resolved by the machine: it knows where replicas are. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly seed: number;
  readonly requestJson: string;
  readonly payload?: { readonly dataset: string; readonly digest: string };
  /** Blobs (by sha256, already on the node) to appear as `input/<name>`. */
  readonly inputs: readonly { readonly name: string; readonly sha256: string }[];
  readonly limits: JobLimits;
}

export type CopyRequest =
  /** Home → node: the tree becomes `replicas/<dataset>/v/<digest>` and `current`. */
  | { readonly type: 'push-tree'; readonly dataset: string; readonly from: string; readonly signal?: AbortSignal }
  /** Node → home: `datasets/<dataset>` of the node becomes the replica folder `to` at home, same layout. */
  | { readonly type: 'pull-tree'; readonly dataset: string; readonly to: string; readonly signal?: AbortSignal }
  /** Home → node: becomes `blobs/<sha256>`; nothing is sent when it is there. */
  | { readonly type: 'push-blob'; readonly from: string; readonly sha256: string; readonly signal?: AbortSignal }
  /** Node → home: a job's output file, verified against the manifest, becomes `<to>`. */
  | {
      readonly type: 'pull-output';
      readonly job: JobRef;
      readonly path: string;
      readonly sha256: string;
      readonly to: string;
      readonly signal?: AbortSignal;
    };

export interface CopyResult {
  /** sha256 over the sorted manifest lines `<sha256>  <path>\n` (trees) or of the bytes (files). */
  readonly digest: string;
  readonly files: number;
  readonly bytes: number;
  /** False when everything was in place already. */
  readonly changed: boolean;
  readonly method: 'rsync' | 'tar' | 'none';
}

export interface MachineProbe {
  readonly bootId: string;
  readonly load1: number;
  readonly diskFreeBytes: number;
  readonly latencyMs: number;
  /** A resident worker of ours holds its lock here. */
  readonly workerAlive: boolean;
  /** Why the node is reached by the system's ssh, as `proxyjump bastion`; absent: by npm ssh2, or it is this machine. */
  readonly through?: string;
}

/** How to reach a node; made by `src/config` from the cluster file and `ssh -G`. */
export interface NodeAddress {
  readonly node: NodeId;
  /** Marks all processes of this cluster on the node: `RINGMASTER_MARK=<cluster>/<item>/<epoch>`. */
  readonly cluster: string;
  /** The node's folder; relative to the login's home unless absolute. */
  readonly folder: string;
  readonly connect: NodeConnect;
}
