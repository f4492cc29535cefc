import { given } from '../../../src/base/given.ts';
import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import { RingmasterError } from '../../../src/domain/failure/error.ts';
import { failureRecord, type FailureRecord } from '../../../src/domain/failure/record.ts';
import type { ItemId, JobRef } from '../../../src/domain/ids.ts';
import { isClosedState, isOpenState } from '../../../src/domain/item/work-item.ts';
import type { JobOutcome } from '../../../src/domain/job/try-end.ts';
import { toClosedItem } from '../../../src/storage/queue/close-job.ts';
import type { ClosedItem } from '../../../src/domain/item/closed-item.ts';
import { oweWake } from '../../../src/storage/queue/owed-wake.ts';
import { publishCancelled } from '../../../src/storage/queue/publish-items.ts';
import type { WorkQueue } from '../../../src/storage/queue/work-queue.ts';
import type { ItemRow } from '../../../src/storage/queue/item-columns.ts';
import { idsShownMax } from '../../limits.ts';
import type { LedgerDependencies } from '../dependencies.ts';
import { payOwedWakes } from './start-jobs.ts';

/**
 * Cancels items. For a claimed or running item it records the request, so that the item is not tried again if its try fails before the job receives
 * the signal. If one id is unknown, the whole call is refused. An item that closed in another state is left alone and is not in the result.
 */
export const cancelItems =
  (dependencies: LedgerDependencies): LedgerActivities['cancelItems'] =>
  async ({ items, reason = 'no reason given', by = 'an operator', run }) => {
    const {
      ledgers: { queue },
      now,
    } = dependencies;
    const result = queue.ledger.write('cancel items', () => {
      const cancelled: ClosedItem[] = [];
      const jobs: JobRef[] = [];
      let cancelledBefore = 0;
      const rows = rowsOf(queue, items);
      publishCancelled(queue.ledger, { rows: rows.filter(({ state }) => !isClosedState(state)), by, reason }, now());
      for (const row of rows) {
        if (row.state === 'pending') {
          const outcome: JobOutcome = { type: 'failed', failure: cancellation(row.id, reason, given({ by, run })) };
          queue.markCancelled(row.seq, outcome, now());
          cancelled.push(toClosedItem({ ...row, state: 'cancelled' }, outcome));
          // An item of several slots may have reserved a node. Smaller items can take the node's free slots now.
          if (row.slots > 1) oweWake(queue.ledger);
        } else if (isOpenState(row.state)) {
          queue.requestCancel(row.seq);
          jobs.push({ item: row.id, epoch: row.epoch });
        } else if (row.state === 'cancelled') {
          const closed = toClosedItem(row);
          cancelled.push(closed);
          if (runOf(closed) !== run) cancelledBefore += 1;
        }
      }
      return { cancelled, jobs, ...(run === undefined ? {} : { cancelledBefore }) };
    });
    await payOwedWakes(dependencies);
    return result;
  };

function rowsOf(queue: WorkQueue, items: readonly ItemId[]): readonly ItemRow[] {
  const rows = [...new Set(items)].map((item) => [item, queue.row(item)] as const);
  const unknown = rows.filter(([, row]) => row === undefined).map(([item]) => item);
  if (unknown.length > 0) {
    throw new RingmasterError('queue.unknown-item', {
      cannot: 'cancel the items',
      because: `the queue has no ${unknown.slice(0, idsShownMax).join(', ')}${unknown.length > idsShownMax ? ` and ${unknown.length - idsShownMax} more` : ''}`,
      hint: { say: 'an id that is in the queue (none was cancelled)', run: 'ringmaster queue list' },
      fields: { unknown: unknown.length },
    });
  }
  return rows.flatMap(([, row]) => (row === undefined ? [] : [row]));
}

/** Returns the run of the workflow that cancelled a pending item. The clocks of the server and of the ledger may differ, so no time decides this. */
const runOf = ({ outcome }: ClosedItem): unknown => (outcome?.type === 'failed' ? outcome.failure.fields['run'] : undefined);

const cancellation = (item: ItemId, reason: string, who: { readonly by: string; readonly run?: string }): FailureRecord =>
  failureRecord('job.cancelled', {
    cannot: `go on with ${item}`,
    because: `${who.by} cancelled it (${reason})`,
    hint: { say: 'enqueueing it under another id' },
    fields: { ...who, reason },
  });
