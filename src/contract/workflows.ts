/**
 * Names, ids, inputs and signals of the workflows: the wall between callers (CLI, HTTP, other workflows, the Temporal CLI) and `workflows/`. The input of
 * `job` is an `Assignment`, that of `sync` a `SyncRequest`, and that of `promote` an `Evaluation` (`src/domain`). Every workflow runs on queue `ringmaster`.
 * Inputs are the documented JSON of `docs/temporal-cli.md`.
 */
import type { ItemId, NodeId } from '../domain/ids.ts';
import type { ObservedNode } from '../domain/node/node.ts';
import type { NodeWish } from '../domain/node/wish.ts';
import type { GateConfig, PipelineConfig, StageConfig } from '../domain/pipeline/pipeline.ts';
import type { ModelRef } from '../domain/model/model.ts';
import { replicaName } from '../domain/dataset/names.ts';
import type { InputRef, TreeRef, WorkItemSpec } from '../domain/item/work-item.ts';
import type { OpenJob } from '../domain/job/open-job.ts';

export const workflowTypes = [
  'dispatcher',
  'node',
  'nodes',
  'job',
  'sync',
  'pipeline',
  'generation',
  'selfPlay',
  'gather',
  'train',
  'evaluate',
  'promote',
  'distribute',
  'enqueue',
  'cancel',
  'wishNode',
] as const;
export type WorkflowType = (typeof workflowTypes)[number];

/** A workflow's task that its worker took to the grave is given to the next after so long (10 s by default). */
export const workflowTaskTimeout = '5s';
/** As the Temporal UI shows it; a summary may have 400 bytes. */
export const summaryOf = (text: string): string => text.slice(0, 380);

export const workflowIds = {
  dispatcher: 'dispatcher',
  nodes: 'nodes',
  node: (node: NodeId) => `node/${node}`,
  /** What a node's jobs left is the dataset `<dataset>@<node>` when it comes home: each source has its own replica there. */
  sync: (dataset: string, source: string, target: string) => `sync/${replicaName(dataset, source)}/${target}`,
  pipeline: (name: string) => `pipeline/${name}`,
  generation: (name: string, turn: number) => `generation/${name}/${turn}`,
  stage: (stage: string, name: string, turn: number) => `${stage}/${name}/${turn}`,
} as const;

/** Signal names. The payload types stand beside them. */
export const signals = {
  /** dispatcher: something may have become possible. No payload. */
  wake: 'wake',
  /** dispatcher: {@link ClosedJob}. */
  jobClosed: 'jobClosed',
  /** owner of items: a {@link ClosedItem}. */
  itemClosed: 'itemClosed',
  /** job: {@link CancelSignal}. */
  cancel: 'cancel',
  /** job: {@link NodeLostSignal}. */
  nodeLost: 'nodeLost',
  /** node: {@link VerdictSignal}. */
  verdict: 'verdict',
  /** node: a {@link NodeWish}. */
  wish: 'wish',
  /** sync: run once more after this run. No payload. */
  again: 'again',
  /** pipeline: {@link PipelineRunSignal}. */
  run: 'run',
  pause: 'pause',
  resume: 'resume',
} as const;

export interface CancelSignal {
  readonly reason: string;
}
export interface NodeLostSignal {
  readonly node: NodeId;
  readonly evidence: string;
}
/** The sweep's new verdict about a node. */
export interface VerdictSignal {
  readonly view: ObservedNode;
  /** The cluster file wants a resident worker there. */
  readonly resident: boolean;
  /** What the ledger knew of the operator's wish when it recorded the verdict. Absent: no wish was ever made. */
  readonly wish?: NodeWish;
}
export interface PipelineRunSignal {
  /** So many more turns; 0: without end. */
  readonly turns: number;
  /** The cluster file may have changed since the pipeline began: from the next turn on this holds. */
  readonly config?: PipelineConfig;
  readonly nodes?: readonly NodeId[];
}

export interface DispatcherInput {
  readonly v: 2;
  readonly open: readonly OpenJob[];
  /** Workflow ids of the jobs that closed last. */
  readonly closed?: readonly string[];
  /** When it last asked Temporal which of them are closed; 0: never. */
  readonly reconciledAtMs: number;
}
export interface NodesInput {
  readonly v: 1;
  readonly views: readonly ObservedNode[];
}
export interface NodeInput {
  readonly v: 1;
  readonly node: NodeId;
  readonly resident: boolean;
  readonly view?: ObservedNode;
  readonly wish?: NodeWish;
}
export interface PipelineInput {
  readonly v: 1;
  readonly config: PipelineConfig;
  readonly nodes: readonly NodeId[];
  readonly turn: number;
  readonly turnsLeft: number | 'unlimited';
  readonly paused: boolean;
  readonly failures: number;
}
export interface GenerationInput {
  readonly config: PipelineConfig;
  readonly nodes: readonly NodeId[];
  readonly turn: number;
}
interface StageInput {
  readonly pipeline: string;
  readonly turn: number;
}
export interface SelfPlayInput extends StageInput {
  readonly seed: number;
  readonly games: number;
  readonly gamesPerItem: number;
  readonly exploration: number;
  readonly stage: StageConfig;
  readonly payload: TreeRef;
  readonly model: ModelRef;
}
/** Where the games lie is known to the ledger. */
export interface GatherInput extends StageInput {
  readonly windowTurns: number;
}
export interface TrainInput extends StageInput {
  readonly seed: number;
  readonly stage: StageConfig;
  readonly payload: TreeRef;
  readonly set: InputRef;
  readonly games: number;
  readonly parent: ModelRef;
}
export interface EvaluateInput extends StageInput {
  readonly seed: number;
  readonly stage: StageConfig;
  readonly payload: TreeRef;
  readonly candidate: ModelRef;
  readonly champion: ModelRef;
  readonly gate: GateConfig;
}
export interface DistributeInput extends StageInput {
  readonly model: ModelRef;
  readonly nodes: readonly NodeId[];
}
export interface EnqueueInput {
  readonly items: readonly WorkItemSpec[];
}
export interface CancelInput {
  readonly items: readonly ItemId[];
  readonly reason: string;
}
