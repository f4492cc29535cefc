/**
 * JOB_REAPER ends what the watch over a job should have ended. The job's own workflow is the first authority: its watcher ends a program at the limit of
 * its run time. JOB_REAPER acts in the two cases that the workflow does not cover.
 *
 * | case                                                                                         | step                                        |
 * |----------------------------------------------------------------------------------------------|---------------------------------------------|
 * | an open job on an alive node is older than its run limit and the slack of its kind           | its workflow gets the signal `overdue`      |
 * | the same job is still open `reapAgainMs` later                                               | the signal again, and the duty is unwell    |
 * | a process of a job lives on an alive node, and no open item and no workflow owns the job     | its processes are ended (`end-strays`)      |
 * | the node is not alive                                                                        | none: the verdict about the node decides    |
 *
 * The age of a job is the smaller of the time since its claim and the time for which this process has seen it, by a clock that does not step. So a clock
 * that is set ends no job.
 */
import { jobKey, type NodeId } from '../domain/ids.ts';
import type { JobKind } from '../domain/item/work-item.ts';
import type { LimitedJob } from '../domain/job/view.ts';
import type { DutyStep } from '../domain/daemon/work.ts';
import { duty } from './duty.ts';

const hourMs = 3_600_000;

/** The time that a job of a kind may take before and after its program: to ship its inputs, to be verified, and to bring its outputs home. */
export const slackMsOf: Readonly<Record<JobKind, number>> = {
  'self-play': hourMs,
  evaluate: hourMs,
  // A training set or a model can have gigabytes, and a transfer may take six hours.
  train: 12 * hourMs,
  command: 12 * hourMs,
};

/** A job that is still open this long after it was asked to end is asked again. */
export const reapAgainMs = 600_000;
/** A node is looked at for processes without an owner at this interval. */
const strayLookMs = hourMs;
/** One round looks at this many nodes at most, so that a round of a large cluster stays short. */
export const strayLooksMax = 10;
/** One round asks at most this many jobs to end. The others are asked in the next rounds, so that the steps and the memory of a round stay small. */
export const reapsMax = 100;
/**
 * At most this many jobs are asked to end and still open. No further job is asked meanwhile: so many that do not end have one cause, which the health of the
 * duty shows. The memory of a round is in the history of the daemon's workflow, which Temporal ends at 50 MiB.
 */
export const askedMax = 1_000;
/** The health names at most this many jobs. */
const namedMax = 5;

export interface AgedJob extends LimitedJob {
  readonly ageMs: number;
}

export interface SeenJobs {
  readonly jobs: readonly AgedJob[];
  readonly alive: readonly NodeId[];
}

interface Memory {
  /** When each open job was last asked to end. */
  readonly asked: Readonly<Record<string, number>>;
  /** When each node was last looked at for processes without an owner. */
  readonly looked: Readonly<Record<NodeId, number>>;
}

export const jobReaper = duty({
  observe: ({ model, ages, now }): SeenJobs => {
    const jobs = model.jobsWithLimits();
    const seen = ages.agesOf(jobs.map(jobKey));
    return {
      jobs: jobs.map((job) => ({ ...job, ageMs: Math.min(now() - job.claimedAtMs, seen.get(jobKey(job)) ?? 0) })),
      alive: model.knownNodes().flatMap(({ view }) => (view.state === 'alive' ? [view.node] : [])),
    };
  },
  decide: decideReaper,
});

export function decideReaper({ jobs, alive }: SeenJobs, memory: Memory | undefined, nowMs: number) {
  const isAlive = new Set(alive);
  const overdue = jobs.filter(({ node, ageMs, ...job }) => isAlive.has(node) && ageMs > limitMs(job));
  const lately = (atMs: number | undefined, withinMs: number): boolean => atMs !== undefined && atMs <= nowMs && nowMs - atMs < withinMs;
  const askedAtMs = (job: AgedJob): number | undefined => memory?.asked[jobKey(job)];
  const asked = overdue.filter((job) => askedAtMs(job) !== undefined);
  const fresh = overdue.filter((job) => askedAtMs(job) === undefined).slice(0, Math.max(0, askedMax - asked.length));
  const due = new Set([...fresh, ...asked.filter((job) => !lately(askedAtMs(job), reapAgainMs))].slice(0, reapsMax));
  const stuck = [...due].filter((job) => askedAtMs(job) !== undefined);
  // The first round after a start only looks at the ledger, so that the daemon runs at once.
  const looks = memory === undefined ? [] : alive.filter((node) => !lately(memory.looked[node], strayLookMs)).slice(0, strayLooksMax);
  const remembered = Object.fromEntries(
    [...asked, ...fresh].flatMap((job) => {
      const atMs = due.has(job) ? nowMs : askedAtMs(job);
      return atMs === undefined ? [] : [[jobKey(job), atMs] as const];
    }),
  );
  const looked = Object.fromEntries(alive.flatMap((node) => (looks.includes(node) ? [[node, nowMs]] : lookOf(memory, node))));
  const named = stuck.slice(0, namedMax).map((job) => `${jobKey(job)} on ${job.node}`);
  const steps: readonly DutyStep[] = [
    ...[...due].map((job) => ({ type: 'reap-job' as const, job: { item: job.item, epoch: job.epoch }, node: job.node, because: whyOverdue(job) })),
    ...looks.map((node) => ({ type: 'end-strays' as const, node })),
  ];
  return {
    health: {
      healthy: stuck.length === 0,
      message:
        stuck.length === 0
          ? `${jobs.length} jobs are open, ${overdue.length} of them over every limit`
          : `${stuck.length} jobs were asked to end and hold their slots still: ${named.join(', ')}`,
      details: { open: jobs.length, overdue: overdue.length, stuck: stuck.length },
    },
    memory: { asked: remembered, looked },
    steps,
  };
}

const limitMs = ({ kind, runSecondsMax }: Pick<LimitedJob, 'kind' | 'runSecondsMax'>): number => runSecondsMax * 1_000 + slackMsOf[kind];

const minutes = (ms: number): string => `${Math.round(ms / 60_000)} min`;
const whyOverdue = (job: AgedJob): string =>
  `it has held its slots for ${minutes(job.ageMs)}, and a job of ${job.kind} with its run limit may hold them for ${minutes(limitMs(job))}`;

const lookOf = (memory: Memory | undefined, node: NodeId): readonly (readonly [string, number])[] => {
  const atMs = memory?.looked[node];
  return atMs === undefined ? [] : [[node, atMs]];
};
