/**
 * What workflows may ask of the world. Activities implement these (`satisfies`); twice is as good as once for each of them.
 * Failures cross as ApplicationFailure with `type` = failure code and `details[0]` = FailureRecord.
 */
import type { FailureRecord } from '../domain/failure/failure.ts';
import type { ItemId, JobRef, NodeId } from '../domain/ids.ts';
import type { OutputManifest, StartedJob } from '../domain/job/job.ts';
import type { ObservedNode } from '../domain/node/node.ts';
import type { ModelRef, PairResult, Turns } from '../domain/pipeline/pipeline.ts';
import type { PipelineStage } from '../domain/pipeline/stages.ts';
import type { EvaluationProgress } from '../domain/cluster/views.ts';
import type { InputRef, ItemState, JobKind, JobOutcome, TreeRef, WorkItemSpec } from '../domain/item/work-item.ts';

/** A job that holds slots, as the dispatcher counts them. */
export interface OpenJob {
  readonly job: JobRef;
  readonly node: NodeId;
  readonly slots: number;
}

/** What the dispatcher is told. */
export interface ClosedJob extends OpenJob {
  /** Started in its slots at once. */
  readonly next?: readonly OpenJob[];
  readonly pendingLeft?: number;
  /** No slot is free that a pending item could take: the dispatcher need not look. */
  readonly settled?: boolean;
}

export interface JobProgress {
  readonly job: JobRef;
  readonly done: number;
  readonly of: number;
}

/** A claim, on its way to become a job. */
export interface StartJobStep extends OpenJob {
  readonly spec: WorkItemSpec;
  readonly residentRoute: boolean;
  /** Handed out before: its first answer was lost, or its workflow is gone. Its process may run already. */
  readonly again: boolean;
}

export interface ClosedItem {
  readonly item: ItemId;
  readonly state: ItemState;
  readonly kind: JobKind;
  readonly outcome?: JobOutcome;
  readonly node?: NodeId;
  readonly owner?: string;
}

/** Queue `ledger`. SQLite only; each under ~50 ms or in a worker thread. */
export interface LedgerActivities {
  /** Idempotent by item id; the same id with another spec is `queue.conflict`. Answers how many were new. */
  enqueue: (p: { readonly items: readonly WorkItemSpec[] }) => Promise<{ readonly added: number }>;
  /**
   * Matches pending items to free slots and claims them, in one transaction; at most 50. Claims whose job is not in `open` count as new again
   * (their first answer was lost). Then starts their workflows `job/<item>/<epoch>`. Heartbeating.
   */
  claim: (p: { readonly open: readonly OpenJob[] }) => Promise<{ readonly started: readonly OpenJob[]; readonly pendingLeft: number }>;
  /** `accepted`: the claim is this job's. `cancelled`: somebody has asked to cancel the item, maybe before its workflow could be told. */
  beginJob: (p: {
    readonly job: JobRef;
    readonly node: NodeId;
    readonly workflowId: string;
    readonly runId: string;
  }) => Promise<{ readonly accepted: boolean; readonly cancelled: boolean }>;
  /** How far jobs are. Only shown. */
  progressJobs: (p: { readonly jobs: readonly JobProgress[] }) => Promise<void>;
  /**
   * Decides what becomes of the item: completed, pending again, or a closed state. An old epoch is refused (`accepted: false`).
   * Signals the item's owner when it has closed. With `slots`, what is pending is started in them at once, and the dispatcher told of both.
   */
  closeJob: (p: {
    readonly job: JobRef;
    readonly node: NodeId;
    readonly outcome: JobOutcome;
    readonly slots?: number;
  }) => Promise<{ readonly accepted: boolean }>;
  /** Closed jobs whose folder is still on the node and may go, oldest first; at most 100. */
  foldersOf: (p: { readonly node: NodeId }) => Promise<{ readonly jobs: readonly JobRef[] }>;
  foldersGone: (p: { readonly node: NodeId; readonly jobs: readonly JobRef[] }) => Promise<void>;
  /** Pending items are cancelled at once; for claimed and running ones the open jobs to cancel are answered. */
  cancelItems: (p: { readonly items: readonly ItemId[] }) => Promise<{ readonly cancelled: readonly ClosedItem[]; readonly jobs: readonly JobRef[] }>;
  items: (p: { readonly items: readonly ItemId[] }) => Promise<readonly ClosedItem[]>;
  /** Those of `open` whose workflow `job/…` Temporal says is closed. Uses describe. */
  reconcileClaims: (p: { readonly open: readonly OpenJob[] }) => Promise<{ readonly freed: readonly JobRef[] }>;

  /** The populator: wanted minus pending, from one pure function. Enqueues self-play items of this turn and answers their ids. */
  populate: (p: PopulateInput) => Promise<{ readonly items: readonly ItemId[]; readonly added: number }>;

  recordSync: (p: SyncRecord) => Promise<void>;
  /** Reads `games.ndjson` files of home replicas into selfplay.db; idempotent by game id. Damaged files are set aside for good, never thrown. */
  consolidate: (p: { readonly pipeline: string; readonly replicas: readonly string[] }) => Promise<Consolidated>;
  /** Where games of these turns lie that are not home: the nodes to pull from for turn `turns.to`, and those among the holders that are gone for good. */
  gamesAway: (p: {
    readonly pipeline: string;
    readonly turns: Turns;
  }) => Promise<{ readonly nodes: readonly NodeId[]; readonly gone: readonly NodeId[] }>;
  /**
   * Games of these turns that were set aside, are on a node that is gone, or were not among those of the nodes just `pulled`, are wanted again, by
   * bounded replacements that tell `owner`.
   */
  replayGames: (p: {
    readonly pipeline: string;
    readonly turns: Turns;
    readonly pulled: readonly NodeId[];
    readonly owner: string;
  }) => Promise<ReplayedGames>;
  /** Writes the training set of the window as a blob. Same games, same digest. */
  exportTrainingSet: (p: {
    readonly pipeline: string;
    readonly turn: number;
    readonly windowTurns: number;
  }) => Promise<{ readonly set: InputRef; readonly games: number }>;
  /** Whom the turn plays against and with which programs: fixed when first asked, so that a turn may be run again. */
  beginTurn: (p: {
    readonly pipeline: string;
    readonly turn: number;
    readonly payload: TreeRef;
  }) => Promise<{ readonly champion: ModelRef; readonly payload: TreeRef }>;
  registerModel: (p: RegisterModelInput) => Promise<ModelRef>;
  /** `count` opening numbers never given out before for this pipeline; the same key answers the same numbers. */
  allocateOpenings: (p: { readonly pipeline: string; readonly key: string; readonly count: number }) => Promise<{ readonly first: number }>;
  /** Verdict, ratings and champion in one transaction; a repeat changes nothing. */
  promote: (p: PromoteInput) => Promise<{ readonly champion: ModelRef; readonly promoted: boolean }>;
  /** Answers the nodes that are lost, as the sweep last recorded them: a stage need not wait for those. */
  recordStage: (p: StageRecord) => Promise<readonly NodeId[]>;
  recordNodes: (p: { readonly nodes: readonly ObservedNode[] }) => Promise<void>;
}

export interface Consolidated {
  /** Games in the files that are home from these replicas, and how many of them are new; `total` of the pipeline. */
  readonly read: number;
  readonly added: number;
  readonly total: number;
  /** Files that nobody accepted, or not yet. */
  readonly ignored: number;
  /** Items whose files were set aside now. */
  readonly setAside: readonly ItemId[];
}

export interface ReplayedGames {
  /** Replacements that are to be waited for. */
  readonly items: readonly ItemId[];
  readonly added: number;
  /** Whether any game of turn `turns.to` is home. */
  readonly turnHasGames: boolean;
  /** Items whose games come with a later turn, as their node is only unreachable. */
  readonly late: number;
  /** Items that have no replacement left; the turn does without their games. */
  readonly givenUp: number;
  readonly firstGivenUp?: ItemId;
}

export interface PopulateInput {
  readonly pipeline: string;
  readonly turn: number;
  readonly wantedGames: number;
  readonly gamesPerItem: number;
  /** Everything of an item but id, seed and request's game range. */
  readonly template: Omit<WorkItemSpec, 'id' | 'seed' | 'request'>;
  readonly request: Readonly<Record<string, unknown>>;
  readonly seed: number;
}

export interface SyncRecord {
  readonly key: string;
  readonly dataset: string;
  readonly source: string;
  readonly target: string;
  readonly digest: string;
  readonly files: number;
  readonly bytes: number;
  readonly durationMs: number;
  readonly method: string;
  readonly failure?: FailureRecord;
}

export interface RegisterModelInput {
  readonly pipeline: string;
  readonly turn: number;
  readonly sha256: string;
  readonly bytes: number;
  readonly trainingSet: string;
  readonly parent: string;
  readonly seed: number;
  readonly payloadDigest: string;
}

export interface PromoteInput {
  readonly pipeline: string;
  readonly turn: number;
  readonly candidate: string;
  readonly champion: string;
  readonly verdict: 'accept' | 'reject' | 'undecided';
  readonly pairs: readonly PairResult[];
  readonly llr: number;
}

export interface StageRecord {
  readonly pipeline: string;
  readonly turn: number;
  readonly stage: PipelineStage;
  readonly detail: string;
  readonly evaluation?: EvaluationProgress;
  readonly failure?: FailureRecord;
}

/** Queue `node:<id>` (resident) or `gateway`: the same code over a Machine. */
export interface NodeActivities {
  startJob: (p: { readonly node: NodeId; readonly job: JobRef; readonly spec: WorkItemSpec }) => Promise<StartedJob>;
  /**
   * Long and heartbeating. Watches the job to its end; when it ended well, its manifest is checked, `verify` run, and outputs that belong to datasets are
   * moved in. Cancelling it leaves the process alone.
   */
  awaitJob: (p: AwaitInput) => Promise<AwaitResult>;
  stopJob: (p: { readonly node: NodeId; readonly job: JobRef; readonly graceMs: number }) => Promise<{ readonly stopped: number }>;
  /** The folders of completed jobs. Those whose process lives stay: `transport.busy`. */
  forgetJobs: (p: { readonly node: NodeId; readonly jobs: readonly JobRef[] }) => Promise<void>;
}

export interface AwaitInput {
  readonly node: NodeId;
  readonly job: JobRef;
  readonly spec: WorkItemSpec;
  readonly started: StartedJob;
  readonly startedAtMs: number;
}

export type AwaitResult =
  | { readonly type: 'completed'; readonly manifest: OutputManifest }
  | { readonly type: 'failed'; readonly failure: FailureRecord };

/** Queue `node:<id>-probe`: the node's own worker, asked when nobody else reaches the node. */
export interface ResidentActivities {
  /** Answers its clock, in milliseconds. */
  answer: () => Promise<number>;
}

/** Queue `gateway` only: what needs both home and the node. */
export interface GatewayActivities {
  /** Inputs and payload onto the node. */
  shipJob: (p: { readonly node: NodeId; readonly spec: WorkItemSpec }) => Promise<void>;
  /** `shipJob` and `startJob` in one step, for a node without a worker. A failure before the start was tried is `isUnstarted`. */
  launchJob: (p: { readonly node: NodeId; readonly job: JobRef; readonly spec: WorkItemSpec }) => Promise<StartedJob>;
  /** Outputs that belong home become blobs under the state folder. */
  fetchOutputs: (p: { readonly node: NodeId; readonly job: JobRef; readonly spec: WorkItemSpec; readonly manifest: OutputManifest }) => Promise<void>;
  transfer: (p: TransferInput) => Promise<TransferResult>;
  /** A snapshot of a payload folder at home, by content: a change of the folder matters from the next turn on. */
  payloadTree: (p: { readonly pipeline: string; readonly folder: string }) => Promise<TreeRef>;
  /** A home folder with the champion's files, ready to be pushed as dataset `champion-<pipeline>`. */
  stageChampion: (p: { readonly pipeline: string; readonly model: ModelRef }) => Promise<{ readonly dataset: string }>;
  /** The end of a job's stdout or stderr, from its folder on the node. */
  readLog: (p: { readonly node: NodeId; readonly job: JobRef; readonly stream: 'stdout' | 'stderr'; readonly bytesMax: number }) => Promise<string>;
  ensureNodeWorker: (p: { readonly node: NodeId }) => Promise<{ readonly pid: number; readonly started: boolean }>;
}

/** `source` or `target` is `home`, the other a node. */
export interface TransferInput {
  readonly dataset: string;
  readonly source: string;
  readonly target: string;
}

export interface TransferResult {
  readonly digest: string;
  readonly files: number;
  readonly bytes: number;
  readonly changed: boolean;
  readonly method: string;
  readonly durationMs: number;
  /** Folder at home that holds the replica, for pulls. */
  readonly replica?: string;
}

/** Queue `gateway-probe`. */
export interface ProbeActivities {
  /**
   * The sweep: long and heartbeating. Looks at all nodes of the cluster file again and again, and returns as soon as a verdict differs from
   * `known`, or after `maxMs`.
   */
  sweepNodes: (p: { readonly known: readonly ObservedNode[]; readonly maxMs: number }) => Promise<{
    readonly nodes: readonly ObservedNode[];
    /** Nodes that are to have a resident worker. */
    readonly residents: readonly NodeId[];
  }>;
}
