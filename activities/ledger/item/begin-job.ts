import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import type { LedgerDependencies } from '../dependencies.ts';
import { jobKey } from '../../../src/domain/ids.ts';

/** Accepts the workflow that holds the claim, even if it asks a second time or in another run. Refuses every other workflow. */
export const beginJob =
  ({ ledgers: { queue }, now }: LedgerDependencies): LedgerActivities['beginJob'] =>
  async ({ job, node, workflowId, runId }) =>
    queue.ledger.write(`begin job ${jobKey(job)}`, () => {
      const row = queue.row(job.item);
      const isClaimed =
        row?.epoch === job.epoch && row.node === node && (row.state === 'claimed' || (row.state === 'running' && row.workflow_id === workflowId));
      if (row === undefined || !isClaimed) return { accepted: false, cancelled: false };
      if (row.state === 'claimed' || row.run_id !== runId) queue.markRunning(row, workflowId, runId, now());
      return { accepted: true, cancelled: row.cancel_requested === 1 };
    });
