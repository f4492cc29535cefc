import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import { jobWorkflowId, type JobRef } from '../../../src/domain/ids.ts';
import { temporalLimits } from '../../limits.ts';
import type { LedgerDependencies } from '../dependencies.ts';

/**
 * Returns the jobs in `open` whose workflow is closed, because it was terminated or its last signal was lost. The ledger is not changed. The
 * dispatcher forgets these jobs, and its next `claim` returns those jobs whose claim is still open. The job's workflow is then started again under
 * the same id and epoch, and adopts the running process. So a missing workflow alone never causes a second process.
 */
export const reconcileClaims =
  ({ workflows }: LedgerDependencies): LedgerActivities['reconcileClaims'] =>
  async ({ open }) => {
    const freed: JobRef[] = [];
    for (let first = 0; first < open.length; first += temporalLimits.describesMax) {
      const some = open.slice(first, first + temporalLimits.describesMax);
      const closed = await Promise.all(some.map(({ job }) => workflows.isClosed(jobWorkflowId(job))));
      freed.push(...some.flatMap(({ job }, at) => (closed[at] === true ? [job] : [])));
    }
    return { freed };
  };
