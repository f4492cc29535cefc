import { given } from '../../../src/base/given.ts';
import { type CancelSignal, signals } from '../../../src/contract/workflows.ts';
import { jobWorkflowId } from '../../../src/domain/ids.ts';
import type { ClosedJob } from '../../../src/domain/job/open-job.ts';
import type { LedgerActivities } from '../../../src/contract/activity/by-queue.ts';
import type { HeldSlots } from '../../../src/domain/item/dispatch.ts';
import { isDraining } from '../../../src/domain/node/wish.ts';
import { inBatches } from '../../../src/storage/ledger/in-batches.ts';
import { claimFreed } from '../../../src/storage/queue/claim-items.ts';
import type { Assignment } from '../../../src/domain/job/assignment.ts';
import { NodeJudge } from '../../../src/storage/queue/judge-nodes.ts';
import { closeJobs, type CloseResult, type Closing } from '../../../src/storage/queue/close-job.ts';
import type { LedgerDependencies } from '../dependencies.ts';
import { stopDefect, type StoppedStage } from './stop-defect.ts';
import { notifyDispatcher, notifyOfLoss, notifyOwner, startJobs, wakeDispatcher } from './start-jobs.ts';

/** A try that is to be closed. With `slots`, this many slots become free. Without `slots`, the slots of the try stay held. */
interface FreedSlots extends Closing {
  readonly slots?: number;
}
interface CloseReply extends CloseResult {
  /** The claims that were made in the freed slots. The caller starts their jobs. */
  readonly next: readonly Assignment[];
  readonly queueState: Pick<ClosedJob, 'pendingLeft' | 'settled'>;
  /** The stage that this try has stopped, because its program has a defect. */
  readonly stopped?: StoppedStage;
}

/**
 * Closes a try and immediately starts pending items in the freed slots, which saves each job a round trip through the dispatcher. The dispatcher is
 * notified afterwards, only to keep its count of slots right. When this activity dies after it has claimed items, its repeat frees no slots but wakes
 * the dispatcher. The next `claim` of the dispatcher then returns the lost claims.
 *
 * This activity sends the signals, because a signal from the job's workflow costs two more events and a workflow task. A repeat of this activity
 * sends the signals again, also those to the jobs of a stage that it stopped. The receivers count by id, so a second signal changes nothing.
 */
export function closeJob(dependencies: LedgerDependencies): LedgerActivities['closeJob'] {
  const { ledgers, now, workflows } = dependencies;
  const close = inBatches((tries: readonly FreedSlots[]) => closeAndClaim(dependencies, tries, now()));
  const start = startJobs(dependencies);
  return async (closing) => {
    const { job, node, slots } = closing;
    const { accepted, next, queueState, stopped, ...result } = await close(closing);
    const closed = stopped?.closed ?? result.closed;
    const handOn = async (freed: number): Promise<void> => {
      const started = await start(next);
      await notifyDispatcher(workflows, { job, node, slots: freed, ...queueState, ...(started.length === 0 ? {} : { next: started }) });
      // Items that were enqueued before the dispatcher knew of the free slots had no slot in its claim. A settled close does not make it claim again.
      if (queueState.settled === true && queueState.pendingLeft === 0 && ledgers.queue.count('pending') > 0) await wakeDispatcher(workflows);
      await notifyOfLoss(dependencies, [node]);
    };
    // The dispatcher counts no freed slots for a try that keeps its slots. It must still learn that the try's item is pending again, because another
    // node may have a free slot, or that pending items are gone, because one of them may have reserved a node.
    const holdOn = (): Promise<void> | undefined =>
      accepted && (closed === undefined || stopped !== undefined) ? wakeDispatcher(workflows) : undefined;
    for (const one of stopped?.jobs ?? [])
      await workflows.signal(jobWorkflowId(one), signals.cancel, { reason: stopped?.reason ?? '', by: 'ringmaster' } satisfies CancelSignal);
    await Promise.all([notifyOwner(workflows, closed), slots === undefined ? holdOn() : handOn(slots)]);
    return { accepted };
  };
}

function closeAndClaim({ ledgers }: LedgerDependencies, tries: readonly FreedSlots[], nowMs: number): readonly CloseReply[] {
  const judge = new NodeJudge(ledgers, nowMs);
  const results = closeJobs(ledgers, tries, nowMs, judge);
  // The cluster file no longer names the node. Nothing may be claimed there until the next sweep has recorded the nodes.
  for (const { node, outcome } of tries) if (outcome.type === 'failed' && outcome.failure.code === 'node.unknown') ledgers.resources.forgetNode(node);
  const stopped = tries.map((closing, at) => (results[at]?.accepted === true ? stopDefect(ledgers, closing, nowMs) : undefined));
  // A try frees no slots when its slots stay held, or when an earlier call has already closed the try.
  const freed = tries.map(({ node, slots }, at) => (slots !== undefined && results[at]?.moved === true ? { node, slots } : undefined));
  const all = freed.filter((one) => one !== undefined);
  const { claims, ...claimed } = all.length === 0 ? { claims: [] } : claimInFreed(ledgers, all, nowMs);
  // Only a claim of the dispatcher returns the time at which a rest ends.
  const queueState = judge.hasNewRest && all.length > 0 ? { ...claimed, settled: false } : claimed;
  const waiting = [...claims];
  return results.map((result, at) => {
    const own = freed[at];
    const stop = given({ stopped: stopped[at] });
    return own === undefined ? { ...result, ...stop, next: [], queueState: {} } : { ...result, ...stop, next: takeFor(own, waiting), queueState };
  });
}

/**
 * Claims pending items in the freed slots. A slot of a draining node goes to no item. When a job on a draining node has ended, the result is not
 * `settled`. The dispatcher then calls `claim` at once, because only `claim` can find out whether this job was the last one on the node.
 */
function claimInFreed(
  { queue, resources }: LedgerDependencies['ledgers'],
  freed: readonly HeldSlots[],
  nowMs: number,
): ReturnType<typeof claimFreed> {
  const claimed = claimFreed(queue, { nodes: () => resources.nodes(), freed, nowMs });
  if (!claimed.settled) return claimed;
  const nodes = resources.nodes();
  return freed.some(({ node }) => nodes.some((view) => view.node === node && isDraining(view))) ? { ...claimed, settled: false } : claimed;
}

/**
 * Removes claims on this node from `waiting` and returns them, until the removed claims use all slots that the job freed. A claim that uses the slots of
 * several jobs is returned for the first of these jobs.
 */
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
