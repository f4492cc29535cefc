import { failureRecord, type FailureRecord } from '../../../src/domain/failure/record.ts';
import { stderrOf, withStderr } from '../../../src/domain/failure/stderr.ts';
import type { JobRef } from '../../../src/domain/ids.ts';
import type { ClosedItem } from '../../../src/domain/item/closed-item.ts';
import { isOpenState } from '../../../src/domain/item/work-item.ts';
import { mayBeDefect, stageDefect, type StageDefect } from '../../../src/domain/pipeline/defect.ts';
import { type Closing, toClosedItem } from '../../../src/storage/queue/close-job.ts';
import { publishDefect } from '../../../src/storage/queue/publish-items.ts';
import type { ItemRow } from '../../../src/storage/queue/item-columns.ts';
import type { WorkQueue } from '../../../src/storage/queue/work-queue.ts';
import type { LedgerDependencies } from '../dependencies.ts';

export interface StoppedStage {
  /** The item of the try, which is cancelled now. Its owner is signalled, and ends the stage. */
  readonly closed: ClosedItem;
  /** The jobs of the stage that still run. The caller cancels them. */
  readonly jobs: readonly JobRef[];
  readonly reason: string;
}

/**
 * Stops the stage of a closed try when this try and an earlier one show a defect of the program (`src/domain/pipeline/defect.ts`). All other items of
 * the stage are cancelled, because they would end in the same way. This is called between the close and the next claim, so none of them is claimed.
 *
 * The caller sends the signals after the ledger has the decision, and may die in between. So a repeated close calls this again. When the ledger has
 * the decision already, the result is made from the ledger. When the caller died before the decision, it is made now.
 */
export function stopDefect(
  { queue, tasks }: LedgerDependencies['ledgers'],
  { job, node, outcome }: Closing,
  nowMs: number,
): StoppedStage | undefined {
  if (outcome.type !== 'failed' || !mayBeDefect(outcome.failure)) return undefined;
  const row = queue.row(job.item);
  if (row === undefined || row.owner === null || row.pipeline === null || row.turn === null) return undefined;
  if (isOpenState(row.state) || row.state === 'completed') return undefined;
  if (row.state === 'cancelled') return stoppedBefore(queue, row);
  const { failure } = outcome;
  // Tries that ended before this item was made belong to an earlier run of the stage, perhaps with another payload.
  const tries = tasks.stageTries({ pipeline: row.pipeline, turn: row.turn, kind: row.kind, sinceMs: row.created_at_ms });
  const others = tries.failed.filter((one) => one.item !== job.item || one.epoch !== job.epoch);
  const defect = stageDefect({ item: job.item, node, failure }, others, tries.completedOn);
  if (defect === undefined) return undefined;
  const record = defectFailure(row, failure, defect);
  const rest = queue.openOf(row.owner);
  queue.ledger.write(`stop ${row.owner}`, () => {
    queue.markStopped(row, { type: 'failed', failure: record }, nowMs);
    publishDefect(queue.ledger, row, record.message, rest.filter(({ seq }) => seq !== row.seq).length, nowMs);
    for (const one of rest) {
      if (isOpenState(one.state)) queue.requestCancel(one.seq);
      else if (one.seq !== row.seq) queue.markStopped(one, { type: 'failed', failure: record }, nowMs);
    }
  });
  return {
    closed: toClosedItem({ ...row, state: 'cancelled' }, { type: 'failed', failure: record }),
    jobs: openJobsOf(rest),
    reason,
  };
}

const reason = 'its stage was stopped, because its program has a defect';
const openJobsOf = (rows: readonly ItemRow[]): readonly JobRef[] =>
  rows.flatMap(({ id, epoch, state }) => (isOpenState(state) ? [{ item: id, epoch }] : []));

/** Returns what an earlier call decided, with the jobs that still run. Returns undefined when the item was cancelled for another reason. */
function stoppedBefore(queue: WorkQueue, row: ItemRow): StoppedStage | undefined {
  const closed = toClosedItem(row);
  if (row.owner === null || closed.outcome?.type !== 'failed' || closed.outcome.failure.code !== 'pipeline.defect') return undefined;
  // The stage may run again by now. Only the jobs of the stopped run were asked to cancel.
  return { closed, jobs: openJobsOf(queue.openOf(row.owner).filter((one) => one.cancel_requested === 1)), reason };
}

function defectFailure({ pipeline, turn, kind, id }: ItemRow, failure: FailureRecord, { nodes, items, line }: StageDefect): FailureRecord {
  const { exitCode = 'none' } = failure.fields;
  const where = nodes.length > 1 ? `on ${nodes.join(' and ')}` : `in each try on ${nodes.join()}`;
  const record = failureRecord('pipeline.defect', {
    cannot: `go on with ${kind} of turn ${turn} of ${pipeline}`,
    because: `its program ${failure.code === 'job.exit-code' ? `ended in the same way ${where} (exit code ${exitCode})` : `failed in the same way ${where}`}${line === '' ? '' : `: ${line}`}`,
    hint: { say: 'mending the program in the payload folder, then running the turn again', run: `ringmaster pipeline run ${pipeline}` },
    fields: { pipeline: pipeline ?? '', turn: turn ?? 0, item: id, nodes: nodes.join(', '), items: items.length, exitCode, line },
  });
  return withStderr(record, stderrOf(failure) ?? '');
}
