import { decideClose } from '../../domain/item/next-state.ts';
import type { JobRef, NodeId } from '../../domain/ids.ts';
import { isClosedState, isOpenState } from '../../domain/item/work-item.ts';
import type { JobLogs } from '../../domain/job/job.ts';
import type { JobOutcome } from '../../domain/job/try-end.ts';
import type { FailedOn } from '../../domain/item/placement.ts';
import { failedOnMax } from '../../domain/limits.ts';
import { measure } from '../../telemetry/measures.ts';
import { causeOfNext } from '../event/publish.ts';
import { stateStory } from '../node/publish-transition.ts';
import type { JobSummary } from './closed-jobs.ts';
import { type JudgeLedgers, NodeJudge } from './judge-nodes.ts';
import { publishFailedTry } from './publish-items.ts';
import type { ClosingChange } from './work-queue.ts';
import type { ItemRow } from './item-columns.ts';
import { type ClosedItem, outcomeForOwner } from '../../domain/item/closed-item.ts';
import { given } from '../../base/given.ts';

export interface Closing {
  readonly job: JobRef;
  readonly node: NodeId;
  readonly outcome: JobOutcome;
  readonly logs?: JobLogs;
}

export interface CloseResult {
  readonly accepted: boolean;
  /** True when this call ended the try. False for a repeated call, which changes nothing. */
  readonly moved: boolean;
  readonly closed?: ClosedItem;
}

/**
 * Closes all tries that were requested together. This takes two transactions in all, instead of two for each try.
 *
 * Two files change, so the order matters: first the summaries, then the rows of the queue. A crash between the two transactions leaves a summary of a
 * try that is still open in the queue. Temporal then runs the activity again, which writes the same summary again and closes the row. In the other
 * order a crash would lose the summary for ever, because the repeated activity would find the row closed and stop there.
 *
 * A request with an old epoch, or from another node than the claim's, is refused and changes nothing. If the try was closed before under the same
 * epoch, the caller gets the same reply again.
 *
 * `judge` decides what the tries prove about their nodes. Its record is written with the rows of the queue.
 */
export function closeJobs(
  ledgers: JudgeLedgers,
  closings: readonly Closing[],
  nowMs: number,
  judge = new NodeJudge(ledgers, nowMs),
): readonly CloseResult[] {
  const { queue, tasks } = ledgers;
  const seen = new Set<ItemRow['id']>();
  const looks = queue.ledger.read('close jobs', () =>
    closings.map((closing) => {
      const row = queue.row(closing.job.item);
      const isOpen = row !== undefined && isClaimOf(row, closing) && isOpenState(row.state);
      // When a batch contains the same try twice, the first request decides, and the later request is a repeat.
      const first = isOpen && !seen.has(row.id);
      if (first) seen.add(row.id);
      return { closing, row, plan: first ? planOf(row, closing, nowMs, judge.isNodesFault(row, closing)) : undefined };
    }),
  );
  const plans = looks.flatMap(({ plan }) => (plan === undefined ? [] : [plan]));
  if (plans.length > 0) {
    tasks.record(plans.map(({ summary }) => summary));
    queue.ledger.write('close jobs', () => {
      const events = new Map<NodeId, string>();
      for (const plan of plans) {
        queue.markClosed(plan.row, plan.change, nowMs);
        const event = publishEnd(ledgers, plan, nowMs);
        if (event !== undefined) events.set(plan.summary.node, event);
      }
      judge.record(events);
    });
    for (const { summary } of plans) measureTry(summary);
  }
  return looks.map(({ closing, row, plan }) => {
    if (plan !== undefined) return result(true, { ...plan.row, state: plan.change.state }, closing.outcome);
    const present = row === undefined ? undefined : seen.has(row.id) ? queue.row(row.id) : row;
    return present !== undefined && isClaimOf(present, closing) ? result(false, present) : { accepted: false, moved: false };
  });
}

const measureTry = ({ kind, outcome, startedAtMs, endedAtMs }: JobSummary): void =>
  measure('job', Math.max(0, endedAtMs - startedAtMs) / 1000, { kind, outcome: outcome.type });

interface ClosePlan {
  readonly row: ItemRow;
  readonly summary: JobSummary;
  readonly change: ClosingChange;
}

/** Publishes how a try ended, unless it completed. Returns the id of the event. */
function publishEnd({ queue, resources }: JudgeLedgers, { row, summary: { node, outcome }, change }: ClosePlan, nowMs: number): string | undefined {
  if (outcome.type === 'completed') return undefined;
  const { failure } = outcome;
  // The event about the node's loss, or about its leaving, is also the cause of the end of its tries.
  const cause = failure.code === 'job.lost' || failure.code === 'node.unknown' ? causeOfNext(resources.ledger, stateStory(node)) : undefined;
  return publishFailedTry(queue.ledger, { row, node, state: change.state, attempts: change.attempts, failure }, nowMs, cause);
}

const isClaimOf = (row: ItemRow, { job, node }: Closing): boolean => row.epoch === job.epoch && row.node === node;

function planOf(row: ItemRow, { node, outcome, logs }: Closing, nowMs: number, isNodesFault: boolean): ClosePlan {
  const decision = decideClose(
    {
      attempts: row.attempts,
      attemptsMax: row.attempts_max,
      freeTries: row.free_tries,
      cancelRequested: row.cancel_requested === 1,
      history: JSON.parse(row.history) as string[],
    },
    { epoch: row.epoch, node, atMs: nowMs, outcome, isNodesFault },
  );
  const { id: item, epoch, kind, pipeline, turn } = row;
  const startedAtMs = row.started_at_ms ?? row.claimed_at_ms ?? nowMs;
  return {
    row,
    summary: { item, epoch, kind, pipeline, turn, node, slots: row.slots, startedAtMs, endedAtMs: nowMs, outcome, ...given({ logs }) },
    change: { ...decision, failedOn: decision.avoidNode ? failedOnAlso(row.failed_on, { node, outcome }, nowMs) : row.failed_on, outcome },
  };
}

/** Returns the nodes that the item avoids, with this node as the newest. */
function failedOnAlso(before: string, { node, outcome }: Pick<Closing, 'node' | 'outcome'>, atMs: number): string {
  const others = (JSON.parse(before) as FailedOn[]).filter((one) => one.node !== node);
  const failed: FailedOn = { node, atMs, ...(outcome.type === 'failed' ? { code: outcome.failure.code } : {}) };
  return JSON.stringify([...others, failed].slice(-failedOnMax));
}

const result = (moved: boolean, row: ItemRow, outcome?: JobOutcome): CloseResult =>
  isClosedState(row.state) ? { accepted: true, moved, closed: toClosedItem(row, outcome) } : { accepted: true, moved };

export function toClosedItem(row: ItemRow, known?: JobOutcome): ClosedItem {
  const whole = known ?? (row.outcome === null ? undefined : (JSON.parse(row.outcome) as JobOutcome));
  const outcome = whole === undefined ? undefined : outcomeForOwner(row.kind, whole);
  return given({ item: row.id, state: row.state, kind: row.kind, outcome, node: row.node ?? undefined, owner: row.owner ?? undefined });
}
