import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import { jobWorkflowId, type JobRef } from '../../../src/domain/ids.ts';
import type { LedgerDependencies } from '../dependencies.ts';

/** Questions to Temporal under way at a time. */
const describesMax = 16;

/**
 * Which of the jobs the dispatcher believes open have a closed workflow (it was terminated, or its last signal was lost). The ledger is not touched:
 * the dispatcher forgets them, and the next `claim` gives those whose claim is still open back as steps. Their workflow is then started again under
 * the same id and epoch and adopts the process where it is, so that no second process is ever started on a mere absence.
 */
export const reconcileClaims =
  ({ workflows }: LedgerDependencies): LedgerActivities['reconcileClaims'] =>
  async ({ open }) => {
    const freed: JobRef[] = [];
    for (let first = 0; first < open.length; first += describesMax) {
      const some = open.slice(first, first + describesMax);
      const closed = await Promise.all(some.map(({ job }) => workflows.isClosed(jobWorkflowId(job))));
      freed.push(...some.flatMap(({ job }, at) => (closed[at] === true ? [job] : [])));
    }
    return { freed };
  };
