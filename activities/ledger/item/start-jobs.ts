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
import type { ItemRow } from '../../../src/storage/queue/item-columns.ts';
import type { LedgerDependencies, Workflows } from '../dependencies.ts';

/** Starts under way at a time. */
const startsMax = 16;

/**
 * From claims to running workflows; answers which of them started. A job that Temporal refuses to start is closed here, and its slots are told to be
 * free: it must not stand before all others for ever.
 */
export function startJobs({ ledgers, now, workflows }: LedgerDependencies): (claims: readonly Assignment[]) => Promise<readonly OpenJob[]> {
  const start = async (step: Assignment): Promise<boolean> => {
    // Its end may have come since: a workflow that has ended would run once more, for nothing.
    if (step.again === true && !isOpen(ledgers.queue.row(step.job.item), step.job)) return false;
    try {
      await workflows.startJob(step);
      return true;
    } catch (error) {
      if (!(error instanceof RingmasterError) || isRetried(error.code)) throw error;
      const { job, node, slots } = step;
      const [answer] = closeJobs(ledgers, [{ job, node, outcome: { type: 'failed', failure: toFailureRecord(error) } }], now());
      await tellOwner(workflows, answer?.closed);
      await tellDispatcher(workflows, { job, node, slots });
      return false;
    }
  };
  return async (claims) => {
    if (claims.length === 0) return [];
    const started: OpenJob[] = [];
    for (let first = 0; first < claims.length; first += startsMax) {
      const some = claims.slice(first, first + startsMax);
      const isStarted = await Promise.all(some.map(start));
      started.push(...some.filter((_, at) => isStarted[at]).map(({ job, node, slots }) => ({ job, node, slots })));
    }
    return started;
  };
}

/**
 * The dispatcher tells of a loss only the jobs that it knew at that moment. Whoever gives it others looks afterwards whether their node is lost by now,
 * and tells all that are open there: a repeat no longer knows which were new, and to be told twice is no harm.
 */
export async function tellOfLoss({ ledgers: { queue, resources }, workflows }: LedgerDependencies, nodes: readonly NodeId[]): Promise<void> {
  const lost = new Map(resources.lostNodes().flatMap(({ node, evidence }) => (nodes.includes(node) ? [[node, evidence]] : [])));
  if (lost.size === 0) return;
  for (const { id, epoch, node } of queue.openRows()) {
    const evidence = node === null ? undefined : lost.get(node);
    if (node === null || evidence === undefined) continue;
    await workflows.signal(jobWorkflowId({ item: id, epoch }), signals.nodeLost, { node, evidence } satisfies NodeLostSignal);
  }
}

const isOpen = (row: ItemRow | undefined, { epoch }: JobRef): boolean => row !== undefined && row.epoch === epoch && isOpenState(row.state);

export async function tellOwner(workflows: Workflows, closed: ClosedItem | undefined): Promise<void> {
  if (closed?.owner !== undefined) await workflows.signal(closed.owner, signals.itemClosed, closed);
}

export const tellDispatcher = (workflows: Workflows, closed: ClosedJob): Promise<void> =>
  workflows.signal(workflowIds.dispatcher, signals.jobClosed, closed);
