import type { NodeId } from '../../domain/ids.ts';
import { workOf } from '../../domain/item/work-of.ts';
import { ledgerLimits } from '../limits.ts';
import type { ClosedJobs } from './closed-jobs.ts';
import type { ItemRow } from './item-columns.ts';
import type { WorkQueue } from './work-queue.ts';

/** Returns true when another node has completed an item of this work among the last closed jobs, within `worksElsewhereMs`. */
export function worksElsewhere(
  { queue, tasks }: { readonly queue: WorkQueue; readonly tasks: ClosedJobs },
  row: ItemRow,
  { node, work }: { readonly node: NodeId; readonly work: string },
  nowMs: number,
): boolean {
  const completed = tasks.completedLately(nowMs - ledgerLimits.worksElsewhereMs).filter((job) => {
    const isAlike = job.kind === row.kind && job.pipeline === row.pipeline && job.turn === row.turn;
    return isAlike && job.node !== node;
  });
  return completed.some(({ item }) => {
    const other = queue.row(item);
    return other !== undefined && workOf(queue.spec(other.seq)) === work;
  });
}
