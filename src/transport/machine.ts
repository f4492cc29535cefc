import type { ClusterIdentity } from '../domain/cluster/cluster-identity.ts';
import type { NodeConnect, ReachLimits } from '../domain/cluster/cluster.ts';
import type { JobRef, NodeId } from '../domain/ids.ts';
import type { JobObservation, OldJob, LogStream, OutputManifest, StartedJob, StopWay } from '../domain/job/job.ts';
import type { PastGames, RemovedGameFiles } from '../domain/game/past-games.ts';
import type { LogLimits } from '../domain/job/log-limits.ts';
import type { NodePlace } from '../domain/node/place.ts';
import type { ServerPort } from '../domain/node/server-route.ts';
import type { Tunnel } from './ssh/tunnel/keep-tunnel.ts';
import type { JobLimits, OutputRule, TreeRef, InputRef } from '../domain/item/work-item.ts';

/** A part of a log, and the position of its end in all that was written to the log. */
export interface LogBytes {
  readonly end: number;
  readonly bytes: Buffer;
}

/**
 * Represents a node for the rest of the product. There are three implementations: local (this machine), ssh (one kept connection, by npm ssh2 or by
 * the system's ssh) and scripted (in memory, for tests). All three pass the suite in `test/transport/machine-conformance.ts`.
 *
 * Every method fails fast with a RingmasterError and never retries. Paths are relative to the node's folder unless they start with `/`.
 *
 * Layout of a node's folder (mode 0700; `node-folder.ts` has the names):
 *   owner                  the id of the cluster that owns the folder; every program on the node compares it first
 *   jobs/<item>/<epoch>/   the folder in which the program of a try works: input/ output/
 *   records/<item>/<epoch>/  our own files about the try: out err pid supervisor rc ended mark spec renew counted lock, and `library/log.sh` has more
 *   fences/<item>          the highest epoch of the item that may act on this node
 *   blobs/<sha256>         inputs of jobs, by content
 *   datasets/<dataset>/    outputs of accepted jobs; each file arrives by a rename
 *   replicas/<dataset>/    copies of trees from home: current → v/<digest>, v/<digest>/, incoming/
 */
export interface Machine {
  readonly node: NodeId;
  /** Runs a program to its end and returns its result. The program gets its arguments unchanged. */
  run: (request: RunRequest) => Promise<RunResult>;
  /**
   * Starts a job's process once and returns it. A repeat returns the process of the first start with `adopted: true`. Throws `job.epoch-refused` when
   * the fence has a greater epoch, `job.other-spec` when the job was started with another spec, and `job.spawn-failed` when the program cannot be
   * run.
   */
  start: (request: StartRequest) => Promise<StartedJob>;
  /**
   * Returns observations of the jobs, in one round trip, and renews the jobs (`selfFenceSeconds`). A job is `absent` when it has no record and no
   * process. A job that the look could not judge has no observation, which is a failed look at that job. With `waitMs` the call first waits until a
   * job of this node ends, but at most `waitMs`.
   */
  look: (jobs: readonly LookedAt[], waitMs?: number) => Promise<readonly JobObservation[]>;
  /** Returns the last bytes of a job's stdout or stderr, at most `bytesMax`. */
  readLog: (job: JobRef, stream: LogStream, bytesMax: number) => Promise<Buffer>;
  /** Returns what a job wrote behind the position `after`: of this, at most the last `bytesMax`. A position that the log does not have counts as 0. */
  readLogAfter: (job: JobRef, stream: LogStream, after: number, bytesMax: number) => Promise<LogBytes>;
  /**
   * Raises the fence to the job's epoch. Then ends the job's process group and every process with the job's mark: sends TERM, and KILL after
   * `graceMs`, or what the job was started with. Ends no other process. Returns when none of these processes is left, with the number of processes that were found. With `empties`, also
   * removes the job's folder and all of its logs but the last lines.
   */
  stop: (job: JobRef, graceMs: number, options?: { readonly empties?: boolean }) => Promise<{ readonly stopped: number }>;
  /**
   * Removes everything that is ours from the node's folder, and the folder if it is empty then, for `down --purge`. Returns the name of a file that is
   * not ours and stays, or undefined. Call `stopAll` first.
   */
  purge: () => Promise<string | undefined>;
  /**
   * Ends every job and worker of this cluster on the node, for `down`. A job that was started with a way to end gets its own signal and grace, which
   * is at most `longestGraceMs`. Returns the number of processes that were found.
   */
  stopAll: (graceMs: number, longestGraceMs?: number) => Promise<{ readonly stopped: number }>;
  /**
   * Returns the manifest of a job that has ended, checked against the sizes and checksums of the job's files on the node. First ends the processes
   * that the program left running. Throws job.no-output, job.bad-manifest or job.corrupt-output.
   */
  manifest: (job: JobRef) => Promise<OutputManifest>;
  /** Puts each output that belongs to a dataset at `datasets/<dataset>/<item>.<path>`, by a rename and under the fence. A repeat changes nothing. */
  settle: (job: JobRef, rules: readonly OutputRule[]) => Promise<void>;
  /**
   * Removes the folders of jobs whose summaries are in the ledger. A folder stays when a process of its job lives or when the folder cannot be
   * removed. If a folder stays, the call removes the others and then throws `transport.busy`.
   */
  forget: (jobs: readonly JobRef[]) => Promise<void>;
  /**
   * Returns jobs whose folder is on the node and whose record has not changed for `ageMs` (0: all jobs), at most `oldJobsMax` of them. The age is counted
   * in whole minutes, by the removal time of the node (`library/removal-lag.sh`).
   */
  oldJobs: (ageMs: number) => Promise<readonly OldJob[]>;
  /** Returns those of the old jobs of which a process lives, at most `oldJobsMax` of them. */
  heldJobs: (ageMs: number) => Promise<readonly JobRef[]>;
  /**
   * Removes files of games that are older than `ageMs` (0: of any age) and that belong to a past turn, at most `removedGameFilesMax` of them. The age is
   * counted as in `oldJobs`. A dataset that is being pulled keeps its files. Returns how many files each pipeline lost.
   */
  removeGames: (past: readonly PastGames[], ageMs: number) => Promise<readonly RemovedGameFiles[]>;
  /** Returns at most `bytesMax` bytes of a file, starting at `offset`. A negative offset counts from the end. */
  read: (path: string, options: { readonly offset?: number; readonly bytesMax: number }) => Promise<Buffer>;
  /** Copies a tree or a file between home and the node. The copy is verified by sha256, can be resumed, and appears only when it is whole. */
  copy: (request: CopyRequest) => Promise<CopyResult>;
  /** Returns the state of the machine itself, by one cheap command. */
  probe: () => Promise<MachineProbe>;
  /**
   * Keeps a tunnel from the loopback of the node to an address at home, and returns it. Each call returns the same tunnel. Only a machine over ssh has
   * tunnels.
   */
  tunnel?: (to: ServerPort) => Tunnel;
  close: () => Promise<void>;
}

/** A job to look at. `readTo` is the position in stdout up to which the lines are known; 0 when it is absent. */
export interface LookedAt extends JobRef {
  readonly readTo?: number;
}

export interface RunRequest {
  readonly argv: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: Buffer | string;
  readonly timeoutMs: number;
  /**
   * At most this many bytes of each output stream are kept. The default is `commandLimits.outputBytesMax`. Output beyond the limit is dropped and
   * `truncated` is set.
   */
  readonly outputBytesMax?: number;
  readonly signal?: AbortSignal;
}

export interface RunResult {
  /** null when a signal ended the program. */
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly truncated: boolean;
}

export interface StartRequest {
  readonly job: JobRef;
  /** The words of the command. The machine replaces `{payload}` by the folder of the payload on this node. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Further variables, whose values are secret. They do not count for the question whether two starts are of the same job. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly seed: number;
  readonly requestJson: string;
  readonly payload?: TreeRef;
  /** Blobs that the node already has. Each blob appears in the job's folder as `input/<name>`. */
  readonly inputs: readonly Pick<InputRef, 'name' | 'sha256'>[];
  readonly limits: JobLimits;
  /** How the job is asked to end. Absent: by TERM, with the grace of the caller. */
  readonly stop?: StopWay;
}

export type CopyRequest =
  /**
   * Copies a tree from home to the node. The tree becomes `replicas/<dataset>/v/<digest>`, which becomes the current version. With `digest` no other
   * version is sent.
   */
  | { readonly type: 'push-tree'; readonly dataset: string; readonly from: string; readonly digest?: string; readonly signal?: AbortSignal }
  /** Copies a dataset from the node to home. `datasets/<dataset>` becomes the replica folder `to`, which has the layout of a replica on a node. */
  | { readonly type: 'pull-tree'; readonly dataset: string; readonly to: string; readonly signal?: AbortSignal }
  /** Copies a file from home to the node. The file becomes `blobs/<sha256>`. Nothing is sent when the node already has the blob. */
  | { readonly type: 'push-blob'; readonly from: string; readonly sha256: string; readonly signal?: AbortSignal }
  /** Copies an output file of a job from the node to home. The file is verified against the job's manifest and becomes `to`. */
  | {
      readonly type: 'pull-output';
      readonly job: JobRef;
      readonly path: string;
      /** The size that the manifest of the job gives. */
      readonly bytes: number;
      readonly sha256: string;
      readonly to: string;
      readonly signal?: AbortSignal;
    };

export interface CopyResult {
  /** For a tree, the sha256 of its manifest (`copy/tree/manifest-line.ts`). For a file, the sha256 of its bytes. */
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
  /** Absent when the node has no `df`, or its `df` does not print the free space. */
  readonly diskFreeBytes?: number;
  readonly latencyMs: number;
  /** Which machine and folder answered. Absent when the folder's id can neither be read nor written. */
  readonly place?: NodePlace;
  /** True when the node's resident worker holds its lock, beats and takes calls. */
  readonly workerAlive: boolean;
  /** The form with which the worker was started (`src/domain/node/worker-form.ts`). Present when the worker is alive. */
  readonly workerForm?: string;
  /** Present when the worker has ended by itself, and while it hangs. */
  readonly workerEnd?: WorkerEnd;
  /** Why the node is reached by the system's ssh, for example `proxyjump bastion`. Absent for npm ssh2 and for this machine. */
  readonly through?: string;
  /** The first words that the login of the node printed outside our programs. They are ignored. Absent when it printed nothing. */
  readonly noise?: string;
}

/** An unexpected end of a node's own worker. */
export interface WorkerEnd {
  readonly pid: number;
  /** The exit status as a shell has it, `-` when it was not recorded, or `silent` when the worker hangs. */
  readonly status: string;
  /** The end of its log. */
  readonly log: string;
}

/** Says how to reach a node. `src/config` makes this address from the cluster file. */
export interface NodeAddress {
  readonly node: NodeId;
  /**
   * The cluster that owns the node's folder. Its id is in the mark of all processes of the cluster on the node: `RINGMASTER_MARK=<id>/<item>/<epoch>`.
   */
  readonly owner: ClusterIdentity;
  /** The node's folder, absolute or relative to the home folder of the login. */
  readonly folder: string;
  /**
   * Returns the key of the place that was accepted for this node (`src/domain/node/place.ts`). Every program except the probe refuses another place with
   * `node.other-machine`. Absent, or undefined: any place will do.
   */
  readonly place?: () => string | undefined;
  /** How much of the jobs' logs the node keeps. Default: `logLimitsDefault`. */
  readonly logs?: LogLimits;
  readonly connect: NodeConnect;
  /** The time limits of the cluster file. Default: those of `limits.ts`. */
  readonly limits?: ReachLimits;
}
