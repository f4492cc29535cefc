import type { LedgerActivities, StartJobStep } from '../../src/contract/activities.ts';
import { claimItems } from '../../src/storage/queue/claim-items.ts';
import type { LedgerDependencies } from './dependencies.ts';

/** Starts under way at a time. */
const startsMax = 16;

/**
 * Claims, then starts the jobs. They are no children of the dispatcher: that would cost it three events and two tasks a job, which it does not need,
 * because a job tells it when it closes. When this step dies between the two, its repeat finds the claims that nobody knows, and starts them again.
 */
export const claim =
  ({ ledgers, now, workflows }: LedgerDependencies): LedgerActivities['claim'] =>
  async ({ open }) => {
    const nodes = ledgers.resources.nodes();
    const resident = new Set(nodes.filter(({ route }) => route === 'resident').map(({ node }) => node));
    const { claims, pendingLeft } = claimItems(ledgers.queue, { nodes, open, nowMs: now() });
    const steps = claims.map((claimed): StartJobStep => ({ ...claimed, residentRoute: resident.has(claimed.node) }));
    for (let first = 0; first < steps.length; first += startsMax) await Promise.all(steps.slice(first, first + startsMax).map(workflows.startJob));
    return { started: steps.map(({ job, node, slots }) => ({ job, node, slots })), pendingLeft };
  };
