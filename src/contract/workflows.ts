/**
 * Names, ids, inputs and signals of the workflows. Callers (the CLI, the HTTP server, other workflows, the Temporal CLI) know only this file and never the
 * code in `workflows/`. Three inputs are record types of `src/domain`: `job` takes an `Assignment`, `sync` a `SyncRequest`, and `promote` an `Evaluation`.
 * Every workflow runs on the queue `ringmaster`. `docs/temporal-cli.md` documents the inputs as JSON.
 */
import { utf8Bytes } from '../base/utf8-bytes.ts';
import type { Daemon, DaemonRow, DaemonTransition, DaemonWish } from '../domain/daemon/daemon.ts';
import type { DaemonOrder, DaemonReport, Group, ManagedWish } from '../domain/daemon/manager.ts';
import type { ItemId, NodeId } from '../domain/ids.ts';
import type { ObservedNode } from '../domain/node/node.ts';
import type { NodeWish } from '../domain/node/wish.ts';
import type { GateConfig, PipelineConfig, StageConfig } from '../domain/pipeline/pipeline.ts';
import type { Again, CarriedWish, MoreTurns, PipelineStanding, Steered, TurnsLeft } from '../domain/pipeline/wish.ts';
import type { ModelRef } from '../domain/model/model.ts';
import { replicaName } from '../domain/dataset/names.ts';
import type { InputRef, TreeRef, WorkItemSpec } from '../domain/item/work-item.ts';
import type { OpenJob } from '../domain/job/open-job.ts';

export const workflowTypes = [
  'dispatcher',
  'node',
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
  'wishPipeline',
  'steerDelivery',
  'daemon',
  'daemonManager',
  'wishDaemons',
  'silenceAlerts',
  'pauseCluster',
  'notify',
] as const;
export type WorkflowType = (typeof workflowTypes)[number];

/** If a worker dies while it holds a workflow task, Temporal gives the task to another worker after this timeout. Temporal's default is 10 s. */
export const workflowTaskTimeout = '5s';
/** Returns the text cut to a summary for the Temporal UI. Temporal refuses a summary of more than 400 bytes, and the SDK adds two quotes. */
export function summaryOf(text: string): string {
  let [summary, bytes] = ['', 0];
  for (const character of text) {
    bytes += utf8Bytes(JSON.stringify(character)) - 2;
    if (bytes > summaryBytesMax) break;
    summary += character;
  }
  return summary;
}
const summaryBytesMax = 380;

export const workflowIds = {
  dispatcher: 'dispatcher',
  node: (node: NodeId) => `node/${node}`,
  sync: (dataset: string, source: string, target: string) => `sync/${replicaName(dataset, source)}/${target}`,
  pipeline: (name: string) => `pipeline/${name}`,
  daemon: (id: string) => `daemon/${id}`,
  daemonManager: 'daemon-manager',
  notify: (channel: string) => `notify/${channel}`,
  generation: (name: string, turn: number) => `generation/${name}/${turn}`,
  stage: (stage: string, name: string, turn: number) => `${stage}/${name}/${turn}`,
} as const;

/** The names of the signals. Each comment names the receiver and the type of the payload. */
export const signals = {
  /** Asks a workflow to look again: the dispatcher for pending items, a daemon for its work, `notify` for notifications. The signal has no payload. */
  wake: 'wake',
  /** Sent to the dispatcher with a {@link ClosedJob}. */
  jobClosed: 'jobClosed',
  /** Sent to the workflow that owns the item, with a {@link ClosedItem}. */
  itemClosed: 'itemClosed',
  /** Sent to a job's workflow with a {@link CancelSignal}. */
  cancel: 'cancel',
  /** Sent to a job's workflow with a {@link NodeLostSignal}. */
  nodeLost: 'nodeLost',
  /** Sent to a job's workflow with an {@link OverdueSignal}. */
  overdue: 'overdue',
  /** Sent to a node's workflow with a {@link VerdictSignal}. */
  verdict: 'verdict',
  /** Sent to a node's workflow with a {@link NodeWish}. */
  wish: 'wish',
  /** Asks a sync's workflow to run the sync once more after the current run. The signal has no payload. */
  again: 'again',
  /** Sent to a pipeline's workflow with a {@link PipelineRunSignal}. */
  run: 'run',
  /** Sent to a pipeline's workflow with a {@link PipelineConfigureSignal} when the cluster file may have changed. */
  configure: 'configure',
  /** Asks a pipeline's workflow to start no further turn. The payload is a {@link SteeringSignal} or is left out. */
  pause: 'pause',
  /** Asks a pipeline's workflow to go on after a pause or after failures. The payload is a {@link SteeringSignal} or is left out. */
  resume: 'resume',
  /** Asks a pipeline's workflow to start no further turn and to forget the turns that were asked for. The payload is a {@link SteeringSignal} or is left out. */
  stop: 'stop',
  /** Asks a pipeline's workflow to give the present turn up. The payload is a {@link SteeringSignal} or is left out. */
  skip: 'skip',
  /** Sent to a daemon's workflow with a {@link DaemonTold}: which of its dependencies do not run, and what is wished of it. */
  tell: 'tell',
  /** Sent to a daemon's workflow with a {@link DaemonOrdered}: an operator restarts or resets it. */
  order: 'order',
  /** Sent to a daemon's workflow with a {@link RestartGranted}. */
  grantRestart: 'grantRestart',
  /** Sent to the manager of the daemons with a {@link DaemonReported}. */
  daemonReported: 'daemonReported',
  /** Sent to the manager of the daemons with a {@link DaemonsWished}. */
  daemonsWished: 'daemonsWished',
  /** Sent to the manager of the daemons with a {@link DaemonsOrdered}. */
  daemonsOrdered: 'daemonsOrdered',
  /** Sent to the manager of the daemons with a {@link DaemonsGone}: these have no workflow. */
  daemonsGone: 'daemonsGone',
  /** Sent to the manager of the daemons with a {@link DaemonsConfigured}: the catalogue of the release that runs. */
  daemonsConfigured: 'daemonsConfigured',
} as const;

export interface DaemonTold {
  readonly row: DaemonRow;
  readonly missing: readonly string[];
  readonly wish: DaemonWish;
}
export type DaemonOrdered = Omit<DaemonOrder, 'daemon'>;
export interface RestartGranted {
  readonly seq: number;
}
export interface DaemonReported {
  readonly daemon: string;
  readonly report: DaemonReport;
}
export interface DaemonsWished {
  readonly daemons: readonly string[];
  readonly wish: ManagedWish;
}
export interface DaemonsOrdered {
  readonly orders: readonly DaemonOrder[];
}
export interface DaemonsGone {
  readonly daemons: readonly string[];
}
export interface DaemonsConfigured {
  readonly rows: readonly DaemonRow[];
}

export interface CancelSignal {
  readonly reason: string;
  /** The operator as `user@host`, or the part of Ringmaster that cancels. */
  readonly by?: string;
}
export interface NodeLostSignal {
  readonly node: NodeId;
  readonly evidence: string;
}
/** JOB_REAPER ends a job that has held its slots for longer than every limit allows. */
export interface OverdueSignal {
  readonly because: string;
}
/** The sweep's new verdict about a node. */
export interface VerdictSignal {
  readonly view: ObservedNode;
  /** True when the cluster file wants a resident worker on the node. */
  readonly resident: boolean;
  /** The operator's wish, as the ledger had it when it recorded the verdict. Absent when no operator has made a wish for this node. */
  readonly wish?: NodeWish;
}
/** `config` is the configuration from the next turn on: the cluster file may have changed since the pipeline began. */
export interface PipelineRunSignal extends MoreTurns {
  readonly nodes?: readonly NodeId[];
}

/** The pipeline's entry of the cluster file, which holds from the next turn. */
export interface PipelineConfigureSignal {
  readonly config: PipelineConfig;
  readonly nodes: readonly NodeId[];
}

export interface DispatcherInput {
  readonly v: 2;
  readonly open: readonly OpenJob[];
  /** Workflow ids of the jobs that closed most recently. */
  readonly closed?: readonly string[];
  /** The time when the dispatcher last asked Temporal which open jobs have a closed workflow. 0 means that it has not asked yet. */
  readonly reconciledAtMs: number;
}
export interface NodeInput {
  readonly v: 1;
  readonly node: NodeId;
  readonly resident: boolean;
  readonly view?: ObservedNode;
  readonly wish?: NodeWish;
  /** The last time at which the node was asked for old folders. Absent at the first start, and in a state of a release that never asked. */
  readonly straysAtMs?: number;
}
export interface PipelineInput {
  readonly v: 1;
  readonly config: PipelineConfig;
  readonly nodes: readonly NodeId[];
  readonly turn: number;
  readonly turnsLeft: TurnsLeft;
  readonly paused: boolean;
  readonly failures: number;
  /** Absent in a state of a release without wishes. `paused` then says whether the pipeline is paused. */
  readonly wish?: CarriedWish;
  /** How long the pause of the wish lasts from the start of the workflow on. */
  readonly pauseForMs?: number;
  readonly begun?: boolean;
  readonly again?: Again;
  readonly skip?: Steered['skip'];
}
export interface DaemonInput {
  readonly v: 1;
  readonly row: DaemonRow;
  readonly daemon: Daemon;
  /** The memory of the duty from its last round. */
  readonly memory?: unknown;
  /** The changes of the state that the ledger does not have yet. */
  readonly unsaid?: readonly DaemonTransition[];
  /** True when a start is recorded with the opening of its process. A run that an older release began has more activities in its history. */
  readonly startsPlainly?: boolean;
  /** True when the ledger looks at the daemon between its rounds. A run that an older release began has no such looks, and its history has shorter rests. */
  readonly isLookedAt?: boolean;
  /** True when the manager had the first work done. The daemon runs, `memory` is that of the work, and the manager records the changes in `unsaid`. */
  readonly hasBegun?: boolean;
}
export interface DaemonManagerInput {
  readonly v: 1;
  readonly group: Group;
  /** True while the brake holds restarts back. */
  readonly braked?: boolean;
}
export interface GenerationInput {
  readonly config: PipelineConfig;
  readonly nodes: readonly NodeId[];
  readonly turn: number;
  /** Absent when a person started the turn by hand. */
  readonly standing?: PipelineStanding;
  /** Present when an operator asked for another run of a turn that had failed. */
  readonly again?: Again;
}
interface StageInput {
  readonly pipeline: string;
  readonly turn: number;
  /** How often an operator has asked for another run of the turn. */
  readonly reruns?: number;
}
/** The input of a stage whose result depends on the payload. */
interface RevisedInput extends StageInput {
  /** Grows when the turn runs again with another payload or other stages. The stage then uses new items. */
  readonly revision?: number;
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
/** The input of `gather`. It names no nodes, because the ledger knows which nodes hold the games. */
export interface GatherInput extends StageInput {
  readonly windowTurns: number;
}
export interface TrainInput extends RevisedInput {
  readonly seed: number;
  readonly stage: StageConfig;
  readonly payload: TreeRef;
  readonly set: InputRef;
  readonly games: number;
  /** How hard the training works. Absent for a pipeline without bounds for it. */
  readonly intensity?: number;
  readonly parent: ModelRef;
}
export interface EvaluateInput extends RevisedInput {
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
  /** The operator, as `user@host`. */
  readonly by?: string;
}
