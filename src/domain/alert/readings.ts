/** The readings from which the rules decide. The daemon ALERT_MANAGER reads them from the ledgers (`src/duty/alert-readings.ts`). */
import type { DaemonState } from '../daemon/daemon.ts';
import type { FailureRecord } from '../failure/record.ts';
import type { NodeState } from '../node/node.ts';

export interface DaemonReading {
  readonly id: string;
  readonly state: DaemonState;
  readonly because: string;
  /** The restarts after failures within the last hour. */
  readonly restarts: number;
  /** The share of failed work lately, from 0 to 1. Absent when too little work has ended. */
  readonly errorRate?: number;
  /** Present while the health check of the daemon fails: its message, and the time between two checks. */
  readonly unwell?: { readonly message: string; readonly checkMs: number };
}

export interface NodeReading {
  readonly node: string;
  readonly state: NodeState;
  readonly evidence: string;
  /** True for a node that an operator or IDLE_SHUTDOWN has drained. It may go away. */
  readonly isDrained: boolean;
}

export interface DiskReading {
  /** The node that has the disk. Absent for the disk of the state folder. */
  readonly node?: string;
  readonly freeBytes: number;
}

export interface PipelineReading {
  readonly name: string;
  readonly turn: number;
  /** Present while the pipeline is at self-play: the time since its newest game, or since the beginning of the stage. */
  readonly quietMs?: number;
  /** Present while Ringmaster itself holds the pipeline. */
  readonly paused?: { readonly by: string; readonly reason: string };
}

export interface QueueReading {
  /** The items that wait or run. */
  readonly open: number;
  /** The pipelines that have turns left and are not paused. */
  readonly wanting: readonly string[];
}

export interface SubscriberReading {
  readonly subscriber: string;
  /** The events that are dead for it. */
  readonly dead: number;
}

/** A copy of a dataset whose last push failed. */
export interface CopyReading {
  readonly dataset: string;
  readonly node: string;
  readonly failures: number;
  readonly code?: string;
}

/** A channel of alerts. */
export interface ChannelReading {
  readonly id: string;
  /** Why the newest delivery that has ended failed. Absent when it did not. */
  readonly failed?: string;
  /** The age of the oldest notification that waits. */
  readonly waitsMs?: number;
}

export interface AlertReadings {
  readonly daemons: readonly DaemonReading[];
  readonly nodes: readonly NodeReading[];
  readonly disks: readonly DiskReading[];
  readonly pipelines: readonly PipelineReading[];
  readonly queue: QueueReading;
  readonly subscribers: readonly SubscriberReading[];
  readonly copies: readonly CopyReading[];
  readonly channels: readonly ChannelReading[];
}
export type ReadingName = keyof AlertReadings;

/** A reading, or why it could not be made. The alerts of a reading that could not be made keep their states. */
export type Reading<Value> = { readonly value: Value } | { readonly failure: FailureRecord };
export type Readings = { readonly [Name in ReadingName]: Reading<AlertReadings[Name]> };
