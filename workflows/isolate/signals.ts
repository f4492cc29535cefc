/** Defines the signals of `src/contract/workflows.ts`, and sends a signal to a workflow that may be gone. */
import { defineSignal, getExternalWorkflowHandle, log } from '@temporalio/workflow';
import {
  signals,
  type CancelSignal,
  type DaemonOrdered,
  type DaemonReported,
  type DaemonsConfigured,
  type DaemonsGone,
  type DaemonsOrdered,
  type DaemonsWished,
  type DaemonTold,
  type NodeLostSignal,
  type OverdueSignal,
  type PipelineConfigureSignal,
  type PipelineRunSignal,
  type RestartGranted,
  type VerdictSignal,
} from '../../src/contract/workflows.ts';
import type { ClosedItem } from '../../src/domain/item/closed-item.ts';
import type { ClosedJob } from '../../src/domain/job/open-job.ts';
import type { NodeWish } from '../../src/domain/node/wish.ts';
import type { SteeringSignal } from '../../src/domain/pipeline/wish.ts';

export const wakeSignal = defineSignal(signals.wake);
export const jobClosedSignal = defineSignal<[ClosedJob]>(signals.jobClosed);
export const itemClosedSignal = defineSignal<[ClosedItem]>(signals.itemClosed);
export const cancelSignal = defineSignal<[CancelSignal]>(signals.cancel);
export const overdueSignal = defineSignal<[OverdueSignal]>(signals.overdue);
export const nodeLostSignal = defineSignal<[NodeLostSignal]>(signals.nodeLost);
export const wishSignal = defineSignal<[NodeWish]>(signals.wish);
export const verdictSignal = defineSignal<[VerdictSignal]>(signals.verdict);
export const againSignal = defineSignal(signals.again);
export const runSignal = defineSignal<[PipelineRunSignal]>(signals.run);
export const configureSignal = defineSignal<[PipelineConfigureSignal]>(signals.configure);
export const pauseSignal = defineSignal<[SteeringSignal?]>(signals.pause);
export const resumeSignal = defineSignal<[SteeringSignal?]>(signals.resume);
export const stopSignal = defineSignal<[SteeringSignal?]>(signals.stop);
export const skipSignal = defineSignal<[SteeringSignal?]>(signals.skip);
export const tellSignal = defineSignal<[DaemonTold]>(signals.tell);
export const orderSignal = defineSignal<[DaemonOrdered]>(signals.order);
export const grantRestartSignal = defineSignal<[RestartGranted]>(signals.grantRestart);
export const daemonReportedSignal = defineSignal<[DaemonReported]>(signals.daemonReported);
export const daemonsWishedSignal = defineSignal<[DaemonsWished]>(signals.daemonsWished);
export const daemonsOrderedSignal = defineSignal<[DaemonsOrdered]>(signals.daemonsOrdered);
export const daemonsGoneSignal = defineSignal<[DaemonsGone]>(signals.daemonsGone);
export const daemonsConfiguredSignal = defineSignal<[DaemonsConfigured]>(signals.daemonsConfigured);

/**
 * Signals a workflow that may have closed. Returns false when the workflow has closed. A closed workflow is not an error. A workflow that waits also
 * reads the ledger from time to time, and a signal only brings the news faster.
 */
export async function notify<Args extends unknown[]>(
  workflowId: string,
  signal: ReturnType<typeof defineSignal<Args>>,
  ...args: Args
): Promise<boolean> {
  try {
    await getExternalWorkflowHandle(workflowId).signal(signal, ...args);
    return true;
  } catch (error) {
    log.info('the workflow to signal has closed', { workflowId, signal: signal.name, error: String(error) });
    return false;
  }
}
