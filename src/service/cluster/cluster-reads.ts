import type { ClusterStatus, LedgerCheck } from '../../domain/cluster/status.ts';
import type { JobView } from '../../domain/job/view.ts';
import type { ReadModel } from '../../storage/read/read-ledgers.ts';
import type { WorkflowFacts } from '../temporal/describe-workflow.ts';

export type MayWait<T> = T | Promise<T>;
export type LogStream = 'stdout' | 'stderr';

/** The same functions, of which each may return its result later. */
type MayWaitFor<Reads extends Readonly<Record<string, (...input: never[]) => unknown>>> = {
  readonly [Name in keyof Reads]: (...input: Parameters<Reads[Name]>) => MayWait<ReturnType<Reads[Name]>>;
};

/** All that a running cluster can be asked, and nothing that changes it: the reads of the ledgers, and those that need a running process. */
export interface ClusterReads extends MayWaitFor<Omit<ReadModel, 'status' | 'close'>> {
  readonly status: () => MayWait<ClusterStatus>;
  /** Returns the last part of a job's output, or undefined when its node has none. */
  readonly logs?: (job: Pick<JobView, 'item' | 'epoch'>, stream: LogStream) => Promise<string | undefined>;
  /** Returns what Temporal knows of a workflow. */
  readonly workflow?: (workflowId: string) => Promise<WorkflowFacts | undefined>;
  readonly ledgers?: () => MayWait<readonly LedgerCheck[]>;
  readonly isReady: () => MayWait<{ readonly ready: boolean; readonly reasons: readonly string[] }>;
}
