import { assertNever } from '../../base/assert-never.ts';
import type { ClusterStatus } from '../../domain/cluster/status.ts';
import type { ItemFacts } from '../../domain/item/view.ts';
import type { JobView } from '../../domain/job/view.ts';
import { takesJobs } from '../../domain/node/merge.ts';
import { isInService, serviceOf } from '../../domain/node/wish.ts';
import type { FailureRecord } from '../../domain/failure/record.ts';
import { isClosedState, type WorkItem, type WorkItemSpec } from '../../domain/item/work-item.ts';
import type { WorkflowFacts } from '../temporal/describe-workflow.ts';
import { explainFailure } from './explain-failure.ts';
import type { ExplainFacts } from './explain-facts.ts';
import type { Explanation } from '../../domain/explanation/explanation.ts';
import { ago, plural } from '../say.ts';
import { saySetAside } from './say-set-aside.ts';
import { jobKey } from '../../domain/ids.ts';

/** An item, or with `epoch` one try at it. */
export function explainItem(facts: ItemFacts, around: ExplainFacts, epoch?: number): Explanation {
  const { item, setAside } = facts;
  const job = epoch === undefined ? lastJob(facts) : facts.jobs.find((one) => one.epoch === epoch);
  const isNewest = epoch === undefined || epoch === item.epoch;
  const failure = (epoch === undefined ? failureOf(item, job) : job?.failure) ?? (isNewest ? setAside?.failure : undefined);
  const ref = { item: item.spec.id, epoch: epoch ?? item.epoch, ...(job === undefined ? {} : { node: job.node }) };
  const sinceMs = epoch === undefined ? item.changedAtMs : (job?.endedAtMs ?? job?.startedAtMs);
  return {
    v: 1,
    id: epoch === undefined ? item.spec.id : `${item.spec.id}/${epoch}`,
    kind: epoch === undefined ? 'item' : 'job',
    title:
      epoch === undefined
        ? `work item ${item.spec.id}: ${purpose(item.spec)}`
        : `job ${item.spec.id}/${epoch}: try ${epoch} at ${purpose(item.spec)}`,
    state: epoch === undefined ? item.state : (job?.state ?? 'unknown'),
    ...(sinceMs === undefined ? {} : { sinceMs }),
    why: isNewest
      ? [...whyItem(item, job, around), ...(setAside === undefined ? [] : [saySetAside(setAside)]), ...whyWorkflow(around.workflow, around.nowMs)]
      : [whySuperseded(epoch, job, item)],
    ...(failure === undefined ? {} : { failure: explainFailure(failure, ref) }),
    history: item.history,
    commands: [...(epoch === undefined ? earlierTries(facts, item) : []), ...commandsFor(item, ref)],
  };
}

function whyItem(item: WorkItem, job: JobView | undefined, around: ExplainFacts): string[] {
  const tries = `${item.attempts} of ${plural(item.spec.attemptsMax, 'try', 'tries')} used`;
  switch (item.state) {
    case 'pending':
      return [...whyPending(item.spec, around.status), ...(item.attempts > 0 ? [`It was tried before: ${tries}.`] : [])];
    case 'claimed':
      return [`Node ${item.node ?? job?.node ?? '?'} was chosen; inputs are shipped and the process is started.`];
    case 'running':
      return [
        `It runs on ${item.node ?? job?.node ?? '?'} as epoch ${item.epoch}${progressOf(job)}.`,
        `At most ${item.spec.limits.runSecondsMax} s in all, ${item.spec.limits.silentSecondsMax} s of silence.`,
      ];
    case 'completed':
      return [`Its outputs were verified and accepted from epoch ${item.epoch} on ${item.node ?? job?.node ?? '?'}; ${tries}.`];
    case 'failed':
    case 'timed-out':
    case 'dead':
      return [`It will not be tried again: ${item.state === 'dead' ? 'its tries are spent' : 'another try cannot change the answer'} (${tries}).`];
    case 'cancelled':
      return ['Somebody cancelled it.'];
    default:
      return assertNever(item.state, 'item state');
  }
}

/** The numbers behind "no free slot". */
export function whyPending(spec: Pick<WorkItemSpec, 'slots' | 'labels' | 'priority'>, status: ClusterStatus): string[] {
  const labelled = status.nodes.filter((node) => spec.labels.every((label) => node.labels.includes(label)));
  const wanted = spec.labels.length === 0 ? 'any label' : `${plural(spec.labels.length, 'label')} ${spec.labels.join(', ')}`;
  if (labelled.length === 0) return [`It waits: no node of the ${status.nodes.length} has ${wanted}. It will wait until the cluster file has one.`];
  const alive = labelled.filter(takesJobs);
  const others = labelled.filter((node) => node.state !== 'alive').map((node) => `${node.node} ${node.state}`);
  const wished = labelled.filter((node) => node.state === 'alive' && !isInService(node)).map((node) => `${node.node} ${serviceOf(node)}`);
  if (alive.length === 0)
    return [`It waits: no node with ${wanted} is ${wished.length === 0 ? 'alive' : 'alive and in service'} (${[...others, ...wished].join(', ')}).`];
  const largest = Math.max(...alive.map((node) => node.slots));
  if (largest < spec.slots)
    return [`It waits: it needs ${plural(spec.slots, 'slot')} on one node, and the largest alive with ${wanted} has ${largest}.`];
  const lines = alive.map((node) => {
    const open = status.openJobs.filter((job) => job.node === node.node).length;
    return `${node.node} has ${plural(open, 'open job')} on ${plural(node.slots, 'slot')}`;
  });
  return [
    `It waits for ${plural(spec.slots, 'free slot')} on an alive node with ${wanted}: ${lines.join('; ')}${others.length > 0 ? `; not alive: ${others.join(', ')}` : ''}${wished.length > 0 ? `; out of service: ${wished.join(', ')}` : ''}.`,
    `${plural(status.queue.pending, 'item is', 'items are')} pending in all; greater priority goes first (this one: ${spec.priority}).`,
  ];
}

/**
 * What Temporal waits for: an activity that is tried again shows here before any try has ended; and what the workflow says itself while something stands
 * in its way (between two tries of its own no activity is pending).
 */
export function whyWorkflow(workflow: WorkflowFacts | undefined, nowMs: number): string[] {
  if (workflow === undefined || workflow.status !== 'RUNNING') return [];
  const failure = workflow.reported?.rows['failure'];
  const says = failure === undefined ? [] : [`Its workflow says "${workflow.reported?.heading}": ${failure}.`];
  const steps = workflow.pending
    .filter((activity) => activity.attempt > 1)
    .map((activity) => {
      const inMs = activity.nextAttemptAtMs === undefined ? undefined : activity.nextAttemptAtMs - nowMs;
      const next = inMs !== undefined && inMs > 0 ? `, next in ${ago(inMs)}` : '';
      return `Step ${activity.type} is at attempt ${activity.attempt}${next}${activity.lastFailure === undefined ? '' : `: ${activity.lastFailure}`}.`;
    });
  return [...says, ...steps];
}

const whySuperseded = (epoch: number, job: JobView | undefined, item: WorkItem): string =>
  `Epoch ${epoch} ${job === undefined ? 'has left no record' : `ended on ${job.node}`}; epoch ${item.epoch} took its place and an answer from ${epoch} would be refused.`;

const lastJob = (facts: ItemFacts): JobView | undefined => facts.jobs.toSorted((a, b) => b.epoch - a.epoch)[0];
const failureOf = (item: WorkItem, job: JobView | undefined): FailureRecord | undefined =>
  item.outcome?.type === 'failed' ? item.outcome.failure : item.state === 'completed' ? undefined : job?.failure;
const progressOf = (job: JobView | undefined): string => (job?.progress === undefined ? '' : `, ${job.progress.done} of ${job.progress.of} done`);
const purpose = (spec: WorkItemSpec): string =>
  spec.kind + (spec.pipeline === undefined ? '' : ` of pipeline ${spec.pipeline}`) + (spec.turn === undefined ? '' : `, turn ${spec.turn}`);

/** The try that went wrong has its own answer: failure, class, next step. */
const earlierTries = ({ jobs }: ItemFacts, item: WorkItem): string[] =>
  jobs
    .filter((job) => job.failure !== undefined && job.epoch < item.epoch)
    .slice(-1)
    .map((job) => `bin/ringmaster explain ${jobKey(job)}`);

function commandsFor(item: WorkItem, ref: { readonly item: string; readonly epoch: number; readonly node?: string }): string[] {
  const some = ref.epoch > 0 ? [`bin/ringmaster job logs ${jobKey(ref)}`] : [];
  if (item.state === 'pending') some.push('bin/ringmaster node list', 'bin/ringmaster queue list --only pending');
  else if (ref.node !== undefined) some.push(`bin/ringmaster explain ${ref.node}`);
  if (!isClosedState(item.state)) some.push(`bin/ringmaster job cancel ${ref.item}`);
  return some;
}
