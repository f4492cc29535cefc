import type { ClosedJob, LedgerActivities } from '../../src/contract/activities.ts';
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
  readonly said: Pick<ClosedJob, 'pendingLeft' | 'settled'>;
}

/**
 * Closes a try and hands its slots on: what is pending is started in them here, before the dispatcher has heard that they are free, which then only
 * counts. That saves a job its way through the dispatcher. A step that dies after such a claim is repaired as `claim` is: its repeat hands nothing on
 * and wakes the dispatcher, which asks for claims, and this one is among them.
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
    const { accepted, closed, next, said } = await close(closing);
    const handOn = async (left: number): Promise<void> => {
      const started = await start(next);
      await tellDispatcher(workflows, { job, node, slots: left, ...said, ...(started.length === 0 ? {} : { next: started }) });
      await tellOfLoss(dependencies, [node]);
    };
    await Promise.all([tellOwner(workflows, closed), slots === undefined ? undefined : handOn(slots)]);
    return { accepted };
  };
}

function closeAndClaim({ ledgers }: LedgerDependencies, tries: readonly Left[], nowMs: number): readonly Answer[] {
  const answers = closeJobs(ledgers, tries, nowMs);
  const hasLeft = ({ slots }: Left, at: number): boolean => slots !== undefined && answers[at]?.moved === true;
  const left = tries.filter(hasLeft).map(({ node, slots = 0 }) => ({ node, slots }));
  const { claims, ...said } = claimLeft(ledgers.queue, { nodes: () => ledgers.resources.nodes(), left, nowMs });
  const got = new Map<NodeId, Claim[]>();
  for (const claim of claims) got.set(claim.node, [...(got.get(claim.node) ?? []), claim]);
  return answers.map((answer, at) => {
    const one = tries[at];
    if (one === undefined || !hasLeft(one, at)) return { ...answer, next: [], said: {} };
    // Slots of several may serve one item: each takes until it has what it left.
    const mine = got.get(one.node) ?? [];
    const next: Claim[] = [];
    for (let taken = 0; mine.length > 0 && taken < (one.slots ?? 0); taken += next.at(-1)?.slots ?? 0) next.push(...mine.splice(0, 1));
    return { ...answer, next, said };
  });
}
