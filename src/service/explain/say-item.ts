import { given } from '../../base/given.ts';
import { assertNever } from '../../base/assert-never.ts';
import { isUnstarted } from '../../domain/failure/proves-not-started.ts';
import type { FailureRecord } from '../../domain/failure/record.ts';
import { jobKey } from '../../domain/ids.ts';
import { jobAway } from '../../domain/item/no-node.ts';
import { isClosedState, type WorkItem, type WorkItemSpec } from '../../domain/item/work-item.ts';
import type { JobView } from '../../domain/job/view.ts';
import { sayUnheard } from '../node/say-unheard.ts';
import { plural } from '../say.ts';
import type { ExplainFacts } from './explain-facts.ts';
import { sayTurnEnd, whyPending } from './why-pending.ts';

/** Returns what an item is for: "self-play of pipeline cf, turn 2". */
export const purposeOf = (spec: WorkItemSpec): string =>
  spec.kind + (spec.pipeline === undefined ? '' : ` of pipeline ${spec.pipeline}`) + (spec.turn === undefined ? '' : `, turn ${spec.turn}`);

/** Returns why an item is in its state. `job` is its newest try. */
export function whyItem(item: WorkItem, job: JobView | undefined, around: ExplainFacts): string[] {
  const placements = around.item?.placements;
  const tries = `${item.attempts} of ${plural(item.spec.attemptsMax, 'try', 'tries')} used`;
  switch (item.state) {
    case 'pending':
      return [
        ...whyPending({ spec: item.spec, ...given({ placements }) }, around.status, around.nowMs),
        ...(item.attempts > 0 ? [`It was tried before: ${tries}.`] : []),
      ];
    case 'claimed':
      return [`Node ${item.node ?? job?.node ?? '?'} was chosen; inputs are shipped and the process is started.`, ...unheardOf(item, job, around)];
    case 'running':
      return [
        ...whereItRuns(item, job, around),
        `At most ${item.spec.limits.runSecondsMax} s in all, ${item.spec.limits.silentSecondsMax} s of silence.`,
      ];
    case 'completed':
      return [`Its outputs were verified and accepted from epoch ${item.epoch} on ${item.node ?? job?.node ?? '?'}; ${tries}.`];
    case 'failed':
    case 'timed-out':
    case 'dead':
      return [`It will not be tried again: ${item.state === 'dead' ? 'its tries are spent' : 'another try cannot change the answer'} (${tries}).`];
    case 'cancelled':
      return ['A person or its pipeline cancelled it.'];
    default:
      return assertNever(item.state, 'item state');
  }
}

/** Returns where a job runs. When its node does not respond, its last report is the past, and the sentence says what happens when. */
function whereItRuns(item: WorkItem, job: JobView | undefined, around: ExplainFacts): string[] {
  const id = item.node ?? job?.node ?? '?';
  const unheard = unheardOf(item, job, around);
  if (unheard.length === 0) return [`It runs on ${id} as epoch ${item.epoch}${progressOf(job)}.`];
  const last = job?.progress === undefined ? '' : ` Its last report was ${job.progress.done} of ${job.progress.of} done.`;
  return [`It was started on ${id} as epoch ${item.epoch}, and ${id} does not answer.${last}`, ...unheard];
}

/** Returns when the node of a job responded last, what happens when, and when the turn of the job ends. Returns no line for a node that responds. */
function unheardOf(item: WorkItem, job: JobView | undefined, { status, nowMs }: ExplainFacts): string[] {
  const node = status.nodes.find((one) => one.node === (item.node ?? job?.node));
  const unheard = node === undefined ? undefined : sayUnheard(node, status, nowMs);
  if (node === undefined || unheard === undefined) return [];
  return [`${node.node}: ${unheard}`, ...sayTurnEnd(item.spec, jobAway(node.node, status.nodes))];
}

const progressOf = (job: JobView | undefined): string => (job?.progress === undefined ? '' : `, ${job.progress.done} of ${job.progress.of} done`);

/** Returns the commands to try next for an item, or for one try at it. A try that was never started has no log. */
export function commandsFor(
  item: WorkItem,
  ref: { readonly item: string; readonly epoch: number; readonly node?: string },
  failure: FailureRecord | undefined,
): string[] {
  const logs = ref.epoch > 0 && (failure === undefined || !isUnstarted(failure)) ? [`ringmaster job logs ${jobKey(ref)}`] : [];
  const next =
    item.state === 'pending'
      ? ['ringmaster node list', 'ringmaster queue list --only pending']
      : ref.node === undefined
        ? []
        : [`ringmaster explain ${ref.node}`];
  return [...logs, ...next, ...(isClosedState(item.state) ? [] : [`ringmaster job cancel ${ref.item}`])];
}
