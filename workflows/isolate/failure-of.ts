/** What an awaited activity or child threw, as a FailureRecord: the only place that knows Temporal's failure classes. */
import { ActivityFailure, ApplicationFailure, CancelledFailure, ChildWorkflowFailure, isCancellation, TimeoutFailure } from '@temporalio/workflow';
import { type FailureRecord, isFailureCode, classOf, type FailureCode } from '../../src/domain/failure/failure.ts';

const record = (code: FailureCode, message: string, chain: readonly string[] = []): FailureRecord => ({
  code,
  class: classOf(code),
  message,
  fields: {},
  chain,
});

const isRecord = (value: unknown): value is FailureRecord =>
  typeof value === 'object' && value !== null && 'code' in value && typeof value.code === 'string' && isFailureCode(value.code) && 'message' in value;

export function failureOf(error: unknown): FailureRecord {
  if (isCancellation(error)) return record('job.cancelled', 'Cannot finish because it was cancelled; try again when you want it');
  if (error instanceof ActivityFailure || error instanceof ChildWorkflowFailure) {
    if (error.cause !== undefined) return failureOf(error.cause);
  }
  if (error instanceof ApplicationFailure) {
    const detail: unknown = error.details?.[0];
    if (isRecord(detail)) return detail;
    if (error.type !== undefined && error.type !== null && isFailureCode(error.type)) return record(error.type, error.message);
    return record('internal.defect', `Cannot go on because of an unexpected error (${error.message}); try again, and report it if it returns`);
  }
  if (error instanceof TimeoutFailure) {
    const last = error.cause === undefined ? [] : [failureOf(error.cause).message];
    return record(
      'transport.timeout',
      `Cannot finish a step because it did not answer in time (${error.timeoutType}); try \`ringmaster doctor\``,
      last,
    );
  }
  if (error instanceof CancelledFailure) return record('job.cancelled', error.message);
  return record(
    'internal.defect',
    `Cannot go on because of an unexpected error (${error instanceof Error ? error.message : String(error)}); try again, and report it if it returns`,
  );
}

/** Fails the workflow (not its task) with a record that callers and `explain` can read. */
export const failWith = (failure: FailureRecord): ApplicationFailure =>
  ApplicationFailure.create({ type: failure.code, message: failure.message, nonRetryable: true, details: [failure] });

/** Nobody took the call from the node's own queue in time: evidence about its worker, never a failure of the job. */
export const isUnclaimed = (error: unknown): boolean =>
  error instanceof ActivityFailure && error.cause instanceof TimeoutFailure && error.cause.timeoutType === 'SCHEDULE_TO_START';

interface StageFailure {
  readonly pipeline: string;
  readonly turn: number;
  readonly message: string;
  readonly fields?: Readonly<Record<string, string | number>>;
  readonly chain: readonly string[];
}

/** The end of a stage that cannot go on, as a failure to throw. */
export const stageFailed = ({ pipeline, turn, message, fields = {}, chain }: StageFailure): ApplicationFailure =>
  failWith({ ...record('pipeline.stage-failed', message, chain), fields: { pipeline, turn, ...fields } });
