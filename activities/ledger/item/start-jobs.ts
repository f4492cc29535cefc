import type { OpenJob, ClosedJob } from '../../../src/domain/job/open-job.ts';
import type { Assignment } from '../../../src/domain/job/assignment.ts';
import type { ClosedItem } from '../../../src/domain/item/closed-item.ts';
import { type NodeLostSignal, signals, workflowIds } from '../../../src/contract/workflows.ts';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import { isRetried } from '../../../src/domain/failure/table.ts';
import { toFailureRecord } from '../../../src/domain/failure/to-failure-record.ts';
import { type JobRef, type NodeId, jobWorkflowId } from '../../../src/domain/ids.ts';
import { isOpenState } from '../../../src/domain/item/work-item.ts';
import { closeJobs } from '../../../src/storage/queue/close-job.ts';
import { newestOwedWake, payWakes } from '../../../src/storage/queue/owed-wake.ts';
import type { ItemRow } from '../../../src/storage/queue/item-columns.ts';
import { temporalLimits } from '../../limits.ts';
import type { LedgerDependencies, Workflows } from '../dependencies.ts';

/**
 * Starts the workflows of these claims, and returns the jobs that started. A job that Temporal refuses to start is closed here, and its slots are
 * freed. Otherwise this job would block the queue for ever.
 */
export function startJobs({ ledgers, now, workflows }: LedgerDependencies): (claims: readonly Assignment[]) => Promise<readonly OpenJob[]> {
  const start = async (assignment: Assignment): Promise<boolean> => {
    // The try may have ended after the ledger gave it out again. A new start of its workflow would then have nothing to do.
    if (assignment.again === true && !isOpen(ledgers.queue.row(assignment.job.item), assignment.job)) return false;
    try {
      await workflows.startJob(assignment);
      return true;
    } catch (error) {
      if (!(error instanceof RingmasterError) || isRetried(error.code)) throw error;
      const { job, node, slots } = assignment;
      const [result] = closeJobs(ledgers, [{ job, node, outcome: { type: 'failed', failure: toFailureRecord(error) } }], now());
      await notifyOwner(workflows, result?.closed);
      await notifyDispatcher(workflows, { job, node, slots });
      return false;
    }
  };
  return async (claims) => {
    if (claims.length === 0) return [];
    const started: OpenJob[] = [];
    for (let first = 0; first < claims.length; first += temporalLimits.startsMax) {
      const some = claims.slice(first, first + temporalLimits.startsMax);
      const isStarted = await Promise.all(some.map(start));
      started.push(...some.filter((_, at) => isStarted[at]).map(({ job, node, slots }) => ({ job, node, slots })));
    }
    return started;
  };
}

/**
 * Sends the signal `nodeLost` to all open jobs of those `nodes` that are lost. When a node is lost, the dispatcher signals only the jobs that it
 * knows about. So code that starts further jobs must call this function afterwards. All open jobs of the node get the signal, because a repeat no
 * longer knows which jobs were new, and a second signal is harmless.
 */
export async function notifyOfLoss({ ledgers: { queue, resources }, workflows }: LedgerDependencies, nodes: readonly NodeId[]): Promise<void> {
  const lost = new Map(resources.lostNodes().flatMap(({ node, evidence }) => (nodes.includes(node) ? [[node, evidence]] : [])));
  if (lost.size === 0) return;
  for (const { id, epoch, node } of queue.openRows()) {
    const evidence = node === null ? undefined : lost.get(node);
    if (node === null || evidence === undefined) continue;
    await workflows.signal(jobWorkflowId({ item: id, epoch }), signals.nodeLost, { node, evidence } satisfies NodeLostSignal);
  }
}

const isOpen = (row: ItemRow | undefined, { epoch }: JobRef): boolean => row !== undefined && row.epoch === epoch && isOpenState(row.state);

export async function notifyOwner(workflows: Workflows, closed: ClosedItem | undefined): Promise<void> {
  if (closed?.owner !== undefined) await workflows.signal(closed.owner, signals.itemClosed, closed);
}

export const notifyDispatcher = (workflows: Workflows, closed: ClosedJob): Promise<void> =>
  workflows.signal(workflowIds.dispatcher, signals.jobClosed, closed);

/** Makes the dispatcher claim now. Needed when an item became claimable and no other signal to the dispatcher says so. */
export const wakeDispatcher = (workflows: Workflows): Promise<void> => workflows.signal(workflowIds.dispatcher, signals.wake, undefined);

/** Wakes the dispatcher when a wake is owed, by this call or by an earlier one that died (`src/storage/queue/owed-wake.ts`). */
export async function payOwedWakes({ ledgers: { queue }, workflows }: LedgerDependencies): Promise<void> {
  const newest = newestOwedWake(queue.ledger);
  if (newest === undefined) return;
  await wakeDispatcher(workflows);
  payWakes(queue.ledger, newest);
}
