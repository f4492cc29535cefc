import type { LedgerActivities } from '../../src/contract/activities.ts';
import type { NodeId } from '../../src/domain/ids.ts';
import { inBatches } from '../../src/storage/ledger/in-batches.ts';
import { claimLeft, type Claim } from '../../src/storage/queue/claim-items.ts';
import { closeJobs, type CloseAnswer, type Closing } from '../../src/storage/queue/close-job.ts';
import type { LedgerDependencies } from './dependencies.ts';
import { startJobs, tellDispatcher, tellOfLoss, tellOwner } from './start-jobs.ts';

interface Left extends Closing {
  readonly slots?: number;
}
interface Answer extends CloseAnswer {
  readonly next: readonly Claim[];
  readonly pendingLeft: number;
}

/**
 * Closes a try and hands its slots on: what is pending is started in them here, before the dispatcher has heard that they are free, which then only
 * counts. That saves a job its way through the dispatcher. A step that dies after such a claim is repaired as `claim` is: the dispatcher is told by the
 * repeat, asks for claims, and this one is among them.
 *
 * The signals go out from here and not from the job's workflow: there each costs two more events and a task. A repeat sends them again, and those
 * who are told count by id.
 */
export function closeJob(dependencies: LedgerDependencies): LedgerActivities['closeJob'] {
  const { now, workflows } = dependencies;
  const close = inBatches((tries: readonly Left[]) => closeAndClaim(dependencies, tries, now()));
  const start = startJobs(dependencies);
  return async (closing) => {
    const { job, node, slots } = closing;
    const { accepted, closed, next, pendingLeft } = await close(closing);
    const handOn = async (left: number): Promise<void> => {
      const started = await start(next);
      await tellDispatcher(workflows, { job, node, slots: left, ...(started.length === 0 ? {} : { next: started, pendingLeft }) });
      await tellOfLoss(dependencies, started);
    };
    await Promise.all([tellOwner(workflows, closed), slots === undefined ? undefined : handOn(slots)]);
    return { accepted };
  };
}

function closeAndClaim({ ledgers }: LedgerDependencies, tries: readonly Left[], nowMs: number): readonly Answer[] {
  const answers = closeJobs(ledgers, tries, nowMs);
  const left = tries.flatMap(({ node, slots }) => (slots === undefined ? [] : [{ node, slots }]));
  const { claims, pendingLeft } = claimLeft(ledgers.queue, { nodes: () => ledgers.resources.nodes(), left, nowMs });
  // Slots of several may serve one item: all that a node got goes with its first.
  const got = new Map<NodeId, Claim[]>();
  for (const claim of claims) got.set(claim.node, [...(got.get(claim.node) ?? []), claim]);
  return answers.map((answer, at) => {
    const { node, slots } = tries[at] ?? {};
    const next = node === undefined || slots === undefined ? [] : (got.get(node) ?? []);
    if (node !== undefined && next.length > 0) got.delete(node);
    return { ...answer, next, pendingLeft };
  });
}
