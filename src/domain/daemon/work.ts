/** The result of a round of a duty's work, with the steps that the round wants. */
import type { AlertChange } from '../alert/alert.ts';
import type { ChannelRule } from '../alert/channel.ts';
import type { SyncRequest } from '../dataset/sync.ts';
import type { JobRef, NodeId } from '../ids.ts';
import type { Adjustments } from '../pipeline/feedback.ts';
import type { LostPipeline } from '../pipeline/lost-pipeline.ts';
import type { DaemonHealth } from './daemon.ts';

/** A step that the workflow of the daemon carries out for its duty (`workflows/isolate/duty-steps.ts`). Each step may be repeated. */
export type DutyStep =
  /** Wakes a workflow that sleeps until it has something to do. */
  | { readonly type: 'wake'; readonly workflow: string }
  /** Starts the workflow of a pipeline, unless it runs. */
  | { readonly type: 'run-pipeline'; readonly pipeline: LostPipeline }
  /** Asks the workflow of an overdue job to end the job. */
  | { readonly type: 'reap-job'; readonly job: JobRef; readonly node: NodeId; readonly because: string }
  /** Ends the processes of jobs on the node that nothing owns. A node that does not answer keeps them until the next look. */
  | { readonly type: 'end-strays'; readonly node: NodeId }
  /** Starts a sync, unless it runs. */
  | { readonly type: 'sync'; readonly request: SyncRequest }
  /** Drains a node. A node that is needed for pending items stays in service. */
  | { readonly type: 'drain-node'; readonly node: NodeId; readonly by: string; readonly reason: string }
  /** Runs the node's own command for the shutdown, once for each drain. `key` names the drain. */
  | ({ readonly type: 'shut-node-down' } & Shutdown)
  /** Records changes of alerts, and the notifications that follow for these channels. */
  | { readonly type: 'record-alerts'; readonly changes: readonly AlertChange[]; readonly channels?: readonly ChannelRule[] }
  /** Has the notifications of these channels sent. */
  | { readonly type: 'notify'; readonly channels: readonly string[] }
  /** Changes values of a pipeline. A change holds from the next turn that begins. */
  | ({ readonly type: 'adjust-values' } & Adjustments)
  /** Reports a bad batch of games once, and pauses the pipeline before that when it holds such games. */
  | ({ readonly type: 'report-games'; readonly holds: boolean; readonly reason: string } & BadGames);

/**
 * A round that takes longer hangs. A round reads ledgers, which takes milliseconds, so a hang shows within the promised time of the critical daemons. Each
 * failure in a row doubles the time, up to `roundMsMax`, so that a machine under heavy load fails no daemon.
 */
export const roundMs = 5_000;
export const roundMsMax = 30_000;
export const roundLimitMs = (failures: number): number => Math.min(roundMs * 2 ** failures, roundMsMax);

/** The shutdown of a drained node. */
export interface Shutdown {
  readonly key: string;
  readonly node: NodeId;
  readonly because: string;
}

/** A bad batch of games. `key` names the batch with its faults. */
export interface BadGames {
  readonly key: string;
  readonly pipeline: string;
  readonly turn: number;
  readonly games: number;
  readonly faults: readonly string[];
}

/**
 * `Memory` is what the duty carries from round to round. It stands twice in the history of the daemon's workflow for each round, so it has at most
 * `memoryBytesMax` of JSON. `test/config/limits-at-once.test.ts` measures the greatest.
 */
export interface Worked<Memory = unknown> {
  readonly health: Omit<DaemonHealth, 'atMs'>;
  readonly memory: Memory;
  readonly steps: readonly DutyStep[];
  /** The time until the next round, when it is shorter than the interval of the catalogue. */
  readonly restMs?: number;
}
