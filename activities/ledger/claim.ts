import type { LedgerActivities, StartJobStep } from '../../src/contract/activities.ts';
import { type NodeLostSignal, signals, workflowIds } from '../../src/contract/workflows.ts';
import { isRetried, RingmasterError, toFailureRecord } from '../../src/domain/failure.ts';
import { claimItems } from '../../src/storage/queue/claim-items.ts';
import { closeJob } from './close-job.ts';
import type { LedgerDependencies } from './dependencies.ts';

/** Starts under way at a time. */
const startsMax = 16;

/**
 * Claims, then starts the jobs. They are no children of the dispatcher: that would cost it three events and two tasks a job, which it does not need,
 * because a job tells it when it closes. When this step dies between the two, its repeat finds the claims that nobody knows, and starts them again.
 *
 * A job that Temporal refuses to start is closed here: it must not stand before all others for ever. One that is started again on a node that was
 * declared lost meanwhile is told: the dispatcher tells only those it knew at that moment.
 */
export function claim(dependencies: LedgerDependencies): LedgerActivities['claim'] {
  const { ledgers, now, workflows } = dependencies;
  const close = closeJob(dependencies);
  const start = async (step: StartJobStep): Promise<boolean> => {
    try {
      await workflows.startJob(step);
      return true;
    } catch (error) {
      if (!(error instanceof RingmasterError) || isRetried(error.code)) throw error;
      await close({ job: step.job, node: step.node, outcome: { type: 'failed', failure: toFailureRecord(error) } });
      return false;
    }
  };
  return async ({ open }) => {
    const nodes = ledgers.resources.nodes();
    const viewOf = new Map(nodes.map((view) => [view.node, view]));
    const { claims, pendingLeft } = claimItems(ledgers.queue, { nodes, open, nowMs: now() });
    const steps = claims.map((claimed): StartJobStep => ({ ...claimed, residentRoute: viewOf.get(claimed.node)?.route === 'resident' }));
    const started: StartJobStep[] = [];
    for (let first = 0; first < steps.length; first += startsMax) {
      const some = steps.slice(first, first + startsMax);
      const isStarted = await Promise.all(some.map(start));
      started.push(...some.filter((_, at) => isStarted[at]));
    }
    for (const { job, node } of started) {
      const view = viewOf.get(node);
      if (view?.state === 'lost')
        await workflows.signal(workflowIds.job(job), signals.nodeLost, { node, evidence: view.evidence } satisfies NodeLostSignal);
    }
    return { started: started.map(({ job, node, slots }) => ({ job, node, slots })), pendingLeft };
  };
}
