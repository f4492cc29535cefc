import type { JobLogs, LogStream } from '../../domain/job/job.ts';
import type { JobFilter, JobView, LimitedJob } from '../../domain/job/view.ts';
import type { JobRow } from '../queue/closed-jobs.ts';
import { itemColumns, type ItemRow } from '../queue/item-columns.ts';
import { isOpenRow } from '../queue/work-queue-rows.ts';
import { bounded, type LedgerFiles, parseNullable } from './ledger-files.ts';
import { given } from '../../base/given.ts';
import type { FailureRecord } from '../../domain/failure/record.ts';
import { classOf, failureCodes } from '../../domain/failure/table.ts';

export const jobReads = (files: LedgerFiles) => ({
  /** Returns open jobs, the oldest first, and then closed jobs, the newest first. */
  jobs: (filter: JobFilter): readonly JobView[] => jobsOf(files, filter),
  /** Returns each open job with the time that its program may run. */
  jobsWithLimits: (): readonly LimitedJob[] => files.queue.all<LimitedJob>(selectLimited),
  /** Returns the closed tries of an item, by epoch. The ledger of closed jobs keeps them longer than the queue keeps the item. */
  triesOf: (item: string): readonly JobView[] => closedJobsOf(files, item),
  /** Returns the end of what a closed job wrote, as it came home with the job's end. Returns undefined when home has nothing. */
  keptLog: ({ item, epoch }: Pick<JobView, 'item' | 'epoch'>, stream: LogStream): string | undefined =>
    files.tasks.all<JobLogs>('SELECT stdout, stderr FROM logs WHERE item = ? AND epoch = ?', item, epoch)[0]?.[stream],
});

const selectLimited = `SELECT id AS item, epoch, kind, node, claimed_at_ms AS claimedAtMs, json_extract(json, '$.limits.runSecondsMax') AS runSecondsMax
  FROM items JOIN specs USING (seq) WHERE ${isOpenRow} AND node IS NOT NULL AND claimed_at_ms IS NOT NULL ORDER BY items.seq`;

export const openJobs = ({ queue }: LedgerFiles, limit: number): readonly JobView[] =>
  queue.all<ItemRow>(`SELECT ${itemColumns} FROM items WHERE ${isOpenRow} ORDER BY seq LIMIT ?`, limit).map(toOpenJob);

export const recentJobs = ({ tasks }: LedgerFiles, limit: number): readonly JobView[] =>
  tasks.all<JobRow>('SELECT * FROM jobs ORDER BY seq DESC LIMIT ?', limit).map(toClosedJob);

export const closedJobsOf = ({ tasks }: LedgerFiles, item: string): readonly JobView[] =>
  tasks.all<JobRow>('SELECT * FROM jobs WHERE item = ? ORDER BY epoch', item).map(toClosedJob);

/** Columns that both an open job (in the queue) and a closed job (in `tasks.db`) have. */
const filterColumns = ['state', 'kind', 'node', 'pipeline'] as const satisfies readonly (keyof JobFilter)[];

/** The codes of jobs that a person, a verdict or a stage ended. Such a job did not fail. */
const cancelledCodes = failureCodes.filter((code) => classOf(code) === 'cancelled');

function jobsOf({ queue, tasks }: LedgerFiles, { limit, failed, ...filter }: JobFilter): readonly JobView[] {
  const max = bounded(limit);
  if (failed === true) return failedJobs(tasks, filter, max);
  const { where, values } = conditionsOf(filter);
  const open = queue.all<ItemRow>(`SELECT ${itemColumns} FROM items WHERE ${isOpenRow} AND ${where} ORDER BY seq LIMIT ?`, ...values, max);
  const closed = tasks.all<JobRow>(`SELECT * FROM jobs WHERE ${where} ORDER BY seq DESC LIMIT ?`, ...values, max - open.length);
  return [...open.map(toOpenJob), ...closed.map(toClosedJob)];
}

function failedJobs(tasks: LedgerFiles['tasks'], filter: JobFilter, max: number): readonly JobView[] {
  const { where, values } = conditionsOf(filter);
  const isCancelled = `failure_code IN (${cancelledCodes.map(() => '?').join(', ')})`;
  return tasks
    .all<JobRow>(
      `SELECT * FROM jobs WHERE failure_code IS NOT NULL AND NOT ${isCancelled} AND ${where} ORDER BY seq DESC LIMIT ?`,
      ...cancelledCodes,
      ...values,
      max,
    )
    .map(toClosedJob);
}

function conditionsOf(filter: JobFilter): { readonly where: string; readonly values: readonly string[] } {
  const wanted = filterColumns.flatMap((column) => {
    const value = filter[column];
    return value === undefined ? [] : [[column, value] as const];
  });
  return { where: ['true', ...wanted.map(([column]) => `${column} = ?`)].join(' AND '), values: wanted.map(([, value]) => value) };
}

export const toOpenJob = (row: ItemRow): JobView =>
  given({
    ...identity(row, row.id),
    node: row.node ?? '',
    slots: row.slots,
    // A program that reports progress runs, although its job may not have recorded that yet.
    state: row.state === 'running' || row.progress_done !== null ? 'running' : 'claimed',
    startedAtMs: row.started_at_ms ?? row.claimed_at_ms ?? row.changed_at_ms,
    progress: row.progress_done === null || row.progress_of === null ? undefined : { done: row.progress_done, of: row.progress_of },
  });

const toClosedJob = (row: JobRow): JobView =>
  given({
    ...identity(row, row.item),
    node: row.node,
    slots: row.slots ?? undefined,
    state: row.state,
    startedAtMs: row.started_at_ms,
    endedAtMs: row.ended_at_ms,
    failure: parseNullable<FailureRecord>(row.failure),
  });

const identity = ({ epoch, kind, pipeline, turn }: Pick<JobRow, 'epoch' | 'kind' | 'pipeline' | 'turn'>, item: string) => ({
  item,
  epoch,
  kind,
  pipeline: pipeline ?? undefined,
  turn: turn ?? undefined,
});
