import { signals } from '../../../src/contract/workflows.ts';
import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import { failureRecord } from '../../../src/domain/failure/record.ts';
import { type JobRef, jobWorkflowId, type NodeId } from '../../../src/domain/ids.ts';
import { isOpenState } from '../../../src/domain/item/work-item.ts';
import { isTurnGivenUp } from '../../../src/domain/pipeline/stages.ts';
import { causeOfNext } from '../../../src/storage/event/publish.ts';
import { oweWake } from '../../../src/storage/queue/owed-wake.ts';
import { publishCancelled, turnStory } from '../../../src/storage/queue/publish-items.ts';
import type { LedgerDependencies } from '../dependencies.ts';
import { payOwedWakes } from '../item/start-jobs.ts';

/**
 * Records the stage. When the record says that a turn has ended early, this activity also cancels the items that the turn left in the queue. They
 * would otherwise run before the work of the next turn. A job for whose node the turn waited in vain stays: the turn may run again, and takes its result.
 */
export const recordStage =
  (dependencies: LedgerDependencies): LedgerActivities['recordStage'] =>
  async (entry) => {
    const { queue, resources } = dependencies.ledgers;
    const { pipeline, turn, stage, failure } = entry;
    const cause = failure === undefined ? undefined : causeOfNext(queue.ledger, turnStory(pipeline, turn));
    const event = resources.recordStage(entry, dependencies.now(), cause);
    const away = resources.awayNodes().map(({ node }) => node);
    const leavesJobsOn = failure?.code === 'pipeline.no-node' ? away : [];
    if (isTurnGivenUp(stage)) await cancelLeftovers(dependencies, { pipeline, turn, reason: `turn ${turn} is ${stage}`, cause: event, leavesJobsOn });
    return away;
  };

interface Leaving {
  readonly pipeline: string;
  readonly turn: number;
  readonly reason: string;
  /** The event because of which the items are cancelled. */
  readonly cause?: string | undefined;
  /** The jobs on these nodes go on. */
  readonly leavesJobsOn?: readonly NodeId[];
}

/** Cancels the open items that stages of this turn, and of the turns before it, own. */
export async function cancelLeftovers(dependencies: LedgerDependencies, leaving: Leaving): Promise<void> {
  const jobs = cancelRows(dependencies, leaving);
  await payOwedWakes(dependencies);
  const { reason } = leaving;
  for (const job of jobs) await dependencies.workflows.signal(jobWorkflowId(job), signals.cancel, { reason, by: 'ringmaster' });
}

/** Returns the jobs that still run. */
function cancelRows(
  { ledgers: { queue }, now }: LedgerDependencies,
  { pipeline, turn, reason, cause, leavesJobsOn = [] }: Leaving,
): readonly JobRef[] {
  const rows = queue.leftovers(pipeline, turn).filter(({ state, node }) => !isOpenState(state) || node === null || !leavesJobsOn.includes(node));
  if (rows.length === 0) return [];
  const failure = failureRecord('job.cancelled', {
    cannot: `go on with an item of turn ${turn} of ${pipeline}`,
    because: reason,
    hint: { run: `ringmaster explain ${pipeline}` },
    fields: { by: 'ringmaster', reason },
  });
  queue.ledger.write(`cancel what turn ${turn} of ${pipeline} left`, () => {
    publishCancelled(queue.ledger, { rows, by: 'ringmaster', reason, cause }, now());
    for (const { seq, state } of rows) {
      if (isOpenState(state)) queue.requestCancel(seq);
      else queue.markCancelled(seq, { type: 'failed', failure }, now());
    }
    // An item of several slots may have reserved a node. Smaller items can take the node's free slots now.
    if (rows.some(({ state, slots }) => !isOpenState(state) && slots > 1)) oweWake(queue.ledger);
  });
  return rows.flatMap(({ id, epoch, state }) => (isOpenState(state) ? [{ item: id, epoch }] : []));
}
