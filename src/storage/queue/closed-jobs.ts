/**
 * `tasks.db`: a summary of each closed try, with its failure and the chain of causes. Open tries are in the queue only. Each (item, epoch) has one
 * summary, and writing the summary again replaces it. `seq` grows with the time of closing.
 * `folder_from_ms` is the time from which the try's folder may be removed from the node. A completed or cancelled try has no delay. A failed try has
 * a delay of a week, because people may want to look at its folder. NULL means that the folder has been removed.
 */
import type { FailureRecord } from '../../domain/failure/record.ts';
import { classOf } from '../../domain/failure/table.ts';
import type { ItemId, JobRef, NodeId } from '../../domain/ids.ts';
import type { JobKind } from '../../domain/item/work-item.ts';
import type { JobLogs } from '../../domain/job/job.ts';
import type { JobOutcome } from '../../domain/job/try-end.ts';
import type { FailedTry } from '../../domain/pipeline/defect.ts';
import { ledgerLimits } from '../limits.ts';
import type { Ledger, LedgerSchema } from '../ledger/open-ledger.ts';
import { prune } from '../ledger/prune.ts';

export const closedJobsSchema: LedgerSchema = {
  name: 'ledger of closed jobs',
  migrations: [
    `
    CREATE TABLE jobs (
      seq INTEGER PRIMARY KEY,
      item TEXT NOT NULL,
      epoch INTEGER NOT NULL,
      kind TEXT NOT NULL,
      pipeline TEXT,
      turn INTEGER,
      node TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('completed', 'failed')),
      started_at_ms INTEGER NOT NULL,
      ended_at_ms INTEGER NOT NULL,
      failure_code TEXT,
      failure TEXT,
      result TEXT,
      UNIQUE (item, epoch)
    ) STRICT;
    `,
    `
    ALTER TABLE jobs ADD COLUMN folder_from_ms INTEGER;
    CREATE INDEX jobs_folders ON jobs (node, folder_from_ms) WHERE folder_from_ms IS NOT NULL;
    `,
    // `slots` is NULL in rows that an older release wrote, because it did not record slots.
    'ALTER TABLE jobs ADD COLUMN slots INTEGER;',
    // The last part of what each try printed. The table has limits of its own, because a log takes more room than a summary.
    `
    CREATE TABLE logs (
      seq INTEGER PRIMARY KEY,
      item TEXT NOT NULL,
      epoch INTEGER NOT NULL,
      ended_at_ms INTEGER NOT NULL,
      stdout TEXT NOT NULL,
      stderr TEXT NOT NULL,
      UNIQUE (item, epoch)
    ) STRICT;
    `,
  ],
};

const retention = { table: 'jobs', timeColumn: 'ended_at_ms', rowsMax: ledgerLimits.closedJobsMax, ageMsMax: ledgerLimits.closedJobsMsMax };

const logRetention = { table: 'logs', timeColumn: 'ended_at_ms', rowsMax: ledgerLimits.logsMax, ageMsMax: ledgerLimits.logsMsMax };

export interface JobSummary {
  readonly item: ItemId;
  readonly epoch: number;
  readonly kind: JobKind;
  readonly pipeline: string | null;
  readonly turn: number | null;
  readonly node: NodeId;
  readonly slots: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly outcome: JobOutcome;
  /** The end of the try's logs, when the node could be asked for them. */
  readonly logs?: JobLogs;
}

export interface JobRow {
  readonly item: string;
  readonly epoch: number;
  readonly kind: JobKind;
  readonly pipeline: string | null;
  readonly turn: number | null;
  readonly node: string;
  readonly slots: number | null;
  readonly state: JobOutcome['type'];
  readonly started_at_ms: number;
  readonly ended_at_ms: number;
  readonly failure: string | null;
}

export type CompletedRow = Pick<JobRow, 'item' | 'kind' | 'pipeline' | 'turn' | 'node'>;

interface StageTries {
  readonly failed: readonly (FailedTry & { readonly epoch: number })[];
  readonly completedOn: ReadonlySet<NodeId>;
}

export class ClosedJobs {
  readonly ledger: Ledger;

  constructor(ledger: Ledger) {
    this.ledger = ledger;
  }

  /**
   * Records all these jobs in one transaction. From time to time it also removes the oldest summaries that are over the limits. The folder of a job
   * whose summary is removed stays on its node.
   */
  record(jobs: readonly JobSummary[]): void {
    const [first] = jobs;
    if (first === undefined) return;
    this.ledger.write(`record ${jobs.length} closed jobs`, () => {
      const rows = jobs.map((job) => this.#put(job));
      for (const job of jobs) this.#putLogs(job);
      if (rows.some((seq) => seq % ledgerLimits.closedJobsPruneEvery === 0)) {
        prune(this.ledger, retention, first.endedAtMs);
        prune(this.ledger, logRetention, first.endedAtMs);
      }
    });
  }

  /**
   * Returns the tries of a stage that failed since a time, the newest first, and the nodes that completed one. It looks at the last `stageTriesSeenMax`
   * closed jobs.
   */
  stageTries(stage: { readonly pipeline: string; readonly turn: number; readonly kind: JobKind; readonly sinceMs: number }): StageTries {
    const rows = this.ledger
      .statement<{ item: ItemId; epoch: number; node: NodeId; failure: string | null }>(
        `SELECT item, epoch, node, failure FROM jobs WHERE seq > (SELECT max(seq) FROM jobs) - ? AND pipeline = ? AND turn = ? AND kind = ?
           AND ended_at_ms >= ? ORDER BY seq DESC`,
      )
      .all(ledgerLimits.stageTriesSeenMax, stage.pipeline, stage.turn, stage.kind, stage.sinceMs);
    return {
      failed: rows.flatMap(({ failure, ...row }) => (failure === null ? [] : [{ ...row, failure: JSON.parse(failure) as FailureRecord }])),
      completedOn: new Set(rows.flatMap(({ failure, node }) => (failure === null ? [node] : []))),
    };
  }

  /** Returns the `seq` of the new row. */
  #put(job: JobSummary): number {
    const failure: FailureRecord | undefined = job.outcome.type === 'failed' ? job.outcome.failure : undefined;
    const { lastInsertRowid } = this.ledger
      .statement(
        `INSERT OR REPLACE INTO jobs (item, epoch, kind, pipeline, turn, node, slots, state, started_at_ms, ended_at_ms, failure_code, failure, result, folder_from_ms)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        job.item,
        job.epoch,
        job.kind,
        job.pipeline,
        job.turn,
        job.node,
        job.slots,
        job.outcome.type,
        job.startedAtMs,
        job.endedAtMs,
        failure?.code ?? null,
        failure === undefined ? null : JSON.stringify(failure),
        job.outcome.type === 'completed' ? JSON.stringify(job.outcome.result) : null,
        job.endedAtMs + (failure === undefined || classOf(failure.code) === 'cancelled' ? 0 : ledgerLimits.failedFolderMs),
      );
    return Number(lastInsertRowid);
  }

  /** Returns the newest jobs that completed since `fromMs`, newest first. Looks at the last `completedLatelyMax` closed jobs only. */
  completedLately(fromMs: number): readonly CompletedRow[] {
    return this.ledger
      .statement<CompletedRow>(
        `SELECT item, kind, pipeline, turn, node FROM (SELECT * FROM jobs ORDER BY seq DESC LIMIT ${ledgerLimits.completedLatelyMax})
           WHERE state = 'completed' AND ended_at_ms >= ?`,
      )
      .all(fromMs);
  }

  #putLogs({ item, epoch, endedAtMs, logs }: JobSummary): void {
    if (logs === undefined || (logs.stdout === '' && logs.stderr === '')) return;
    this.ledger
      .statement('INSERT OR REPLACE INTO logs (item, epoch, ended_at_ms, stdout, stderr) VALUES (?, ?, ?, ?, ?)')
      .run(item, epoch, endedAtMs, logs.stdout, logs.stderr);
  }

  of(item: string): readonly JobRow[] {
    return this.ledger.statement<JobRow>('SELECT * FROM jobs WHERE item = ? ORDER BY epoch').all(item);
  }

  has({ item, epoch }: JobRef): boolean {
    return this.ledger.statement('SELECT 1 FROM jobs WHERE item = ? AND epoch = ?').get(item, epoch) !== undefined;
  }

  /**
   * Returns the tries whose folder may be removed from the node, oldest first. A folder that is kept for a while goes by the removal time, which a step of
   * the clock does not move. A folder without a delay goes by the clock, so that nodes have room after the cluster was off for days.
   */
  foldersOf(node: NodeId, nowMs: number): readonly JobRef[] {
    return this.ledger
      .statement<JobRef>(
        `SELECT item, epoch FROM jobs WHERE node = ? AND folder_from_ms <= ? AND (folder_from_ms = ended_at_ms OR folder_from_ms <= ?)
           ORDER BY folder_from_ms LIMIT ?`,
      )
      .all(node, nowMs, this.ledger.removalMs(nowMs), ledgerLimits.foldersMax);
  }

  foldersGone(node: NodeId, jobs: readonly JobRef[]): void {
    this.ledger.write(`note that ${jobs.length} folders are gone`, () => {
      const gone = this.ledger.statement('UPDATE jobs SET folder_from_ms = NULL WHERE item = ? AND epoch = ? AND node = ?');
      for (const { item, epoch } of jobs) gone.run(item, epoch, node);
    });
  }

  close(): void {
    this.ledger.close();
  }
}
