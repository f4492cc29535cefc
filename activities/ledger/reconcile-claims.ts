import type { LedgerActivities } from '../../src/contract/activities.ts';
import { RingmasterError, toFailureRecord } from '../../src/domain/failure.ts';
import { jobWorkflowId, type JobRef } from '../../src/domain/ids.ts';
import { closeJob } from '../../src/storage/close-job.ts';
import type { LedgerDependencies } from './dependencies.ts';

/** Questions to Temporal under way at a time. */
const describesMax = 16;

/**
 * A claim is freed only when its workflow is seen closed: then its try ended without a report (`job.lost`), which counts as an attempt.
 * `open` is what the dispatcher believes; every claim of the ledger is asked about, believed in or not.
 */
export const reconcileClaims =
  ({ ledgers, now, isClosed }: LedgerDependencies): LedgerActivities['reconcileClaims'] =>
  async () => {
    const rows = ledgers.queue.ledger.read('read open claims', () => ledgers.queue.openRows());
    const freed: JobRef[] = [];
    for (let first = 0; first < rows.length; first += describesMax) {
      const some = rows.slice(first, first + describesMax);
      const closed = await Promise.all(some.map((row) => isClosed(jobWorkflowId({ item: row.id, epoch: row.epoch }))));
      for (const [at, row] of some.entries()) {
        if (closed[at] !== true || row.node === null) continue;
        const job = { item: row.id, epoch: row.epoch };
        // It may have reported while we asked.
        const present = ledgers.queue.row(row.id);
        if (present?.epoch !== row.epoch || (present.state !== 'claimed' && present.state !== 'running')) continue;
        closeJob(ledgers, { job, node: row.node, outcome: { type: 'failed', failure: toFailureRecord(lost(job)) } }, now());
        freed.push(job);
      }
    }
    return { freed };
  };

const lost = (job: JobRef): RingmasterError =>
  new RingmasterError('job.lost', {
    cannot: `learn how job ${job.item}/${job.epoch} ended`,
    because: `its workflow ${jobWorkflowId(job)} is closed and never reported`,
    hint: `the workflow's history: temporal workflow show -w ${jobWorkflowId(job)}`,
    fields: { item: job.item, epoch: job.epoch },
  });
