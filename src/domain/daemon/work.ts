/** The result of a round of a duty's work, with the steps that the round wants. */
import type { LostPipeline } from '../pipeline/lost-pipeline.ts';
import type { DaemonHealth } from './daemon.ts';

/** A step that the workflow of the daemon carries out for its duty. Each step may be repeated. */
export type DutyStep =
  /** Wakes a workflow that sleeps until it has something to do. */
  | { readonly type: 'wake'; readonly workflow: string }
  /** Starts the workflow of a pipeline, unless it runs. */
  | { readonly type: 'run-pipeline'; readonly pipeline: LostPipeline };

/** `Memory` is what the duty carries from round to round. It must stay below 64 KiB of JSON. */
export interface Worked<Memory = unknown> {
  readonly health: Omit<DaemonHealth, 'atMs'>;
  readonly memory: Memory;
  readonly steps: readonly DutyStep[];
  /** The time until the next round, when it is shorter than the interval of the catalogue. */
  readonly restMs?: number;
}
