import type { ClosedJob } from '../../../src/domain/job/open-job.ts';
import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import type { HeldSlots } from '../../../src/domain/item/dispatch.ts';
import { isDraining } from '../../../src/domain/node/wish.ts';
import { inBatches } from '../../../src/storage/ledger/in-batches.ts';
import { claimLeft } from '../../../src/storage/queue/claim-items.ts';
import type { Assignment } from '../../../src/domain/job/assignment.ts';
import { closeJobs, type CloseAnswer, type Closing } from '../../../src/storage/queue/close-job.ts';
import type { LedgerDependencies } from '../dependencies.ts';
import { startJobs, tellDispatcher, tellOfLoss, tellOwner } from './start-jobs.ts';

interface Left extends Closing {
  readonly slots?: number;
}
interface Answer extends CloseAnswer {
  readonly next: readonly Assignment[];
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
  // What each left: nothing while its slots are held, and nothing by a repeat.
  const left = tries.map(({ node, slots }, at) => (slots !== undefined && answers[at]?.moved === true ? { node, slots } : undefined));
  const given = left.filter((one) => one !== undefined);
  const { claims, ...said } = given.length === 0 ? { claims: [] } : handOnNow(ledgers, given, nowMs);
  const waiting = [...claims];
  return answers.map((answer, at) => {
    const mine = left[at];
    return mine === undefined ? { ...answer, next: [], said: {} } : { ...answer, next: takeFor(mine, waiting), said };
  });
}

/**
 * Gives the freed slots to pending items. A slot that was freed on a draining node is given to none; the dispatcher is asked to look at once, because
 * only its `claim` can tell whether that was the node's last job.
 */
function handOnNow({ queue, resources }: LedgerDependencies['ledgers'], left: readonly HeldSlots[], nowMs: number): ReturnType<typeof claimLeft> {
  const reply = claimLeft(queue, { nodes: () => resources.nodes(), left, nowMs });
  if (!reply.settled) return reply;
  const wishes = resources.wishes.all();
  return left.some(({ node }) => isDraining({ wish: wishes.get(node) })) ? { ...reply, settled: false } : reply;
}

/** Takes from the front until they have what was left there: the slots of several jobs may serve one item, which goes with the first. */
function takeFor({ node, slots }: HeldSlots, waiting: Assignment[]): readonly Assignment[] {
  const taken: Assignment[] = [];
  for (let sum = 0; sum < slots;) {
    const at = waiting.findIndex((claim) => claim.node === node);
    if (at < 0) break;
    const [claim] = waiting.splice(at, 1) as [Assignment];
    taken.push(claim);
    sum += claim.slots;
  }
  return taken;
}
