/** Reads what an awaited activity or child workflow threw. Only this file knows Temporal's classes of failures. */
import { ActivityFailure, ApplicationFailure, CancelledFailure, ChildWorkflowFailure, isCancellation, TimeoutFailure } from '@temporalio/workflow';
import { boundedFailure } from '../../src/domain/failure/bounded-failure.ts';
import { type FailureParts, type FailureRecord, failureRecord, unexpectedFailure } from '../../src/domain/failure/record.ts';
import { sentenceOf } from '../../src/domain/failure/sentence.ts';
import { classOf, type FailureCode, isFailureCode } from '../../src/domain/failure/table.ts';

/** The SDK fails an activity with this type when its worker stops before the end of the activity. */
const workerShutdown = 'WorkerShutdown';
const stopped = { cannot: 'finish a step', because: 'its process was stopped', hint: { run: 'ringmaster status' } } as const;

/** Returns true when the activity failed because its process was stopped, which is no failure of the activity's work. */
export const isOfStoppedWorker = (error: unknown): boolean =>
  error instanceof ActivityFailure && error.cause instanceof ApplicationFailure && error.cause.type === workerShutdown;

/** Returns the failure as a record of bounded size. */
export const failureOf = (error: unknown): FailureRecord => boundedFailure(recordOf(error));

function recordOf(error: unknown): FailureRecord {
  if (isCancellation(error)) {
    return failureRecord('job.cancelled', { cannot: 'finish', because: 'it was cancelled', hint: { say: 'again when you want it' } });
  }
  if (error instanceof ActivityFailure || error instanceof ChildWorkflowFailure) {
    if (error.cause !== undefined) return recordOf(error.cause);
  }
  if (error instanceof ApplicationFailure) {
    const detail: unknown = error.details?.[0];
    if (isRecord(detail)) return detail;
    if (error.type === workerShutdown) return failureRecord('server.unavailable', stopped);
    if (error.type !== undefined && error.type !== null && isFailureCode(error.type)) return withoutHint(error.type, error.message);
    return unexpectedFailure(error.message);
  }
  if (error instanceof TimeoutFailure) {
    const last = error.cause === undefined ? [] : [recordOf(error.cause).message];
    const because = `it did not answer in time (${error.timeoutType})`;
    return failureRecord('transport.timeout', { cannot: 'finish a step', because, hint: { run: 'ringmaster doctor' } }, last);
  }
  if (error instanceof CancelledFailure) return withoutHint('job.cancelled', error.message);
  return unexpectedFailure(error instanceof Error ? error.message : String(error));
}

const isRecord = (value: unknown): value is FailureRecord =>
  typeof value === 'object' && value !== null && 'code' in value && typeof value.code === 'string' && isFailureCode(value.code) && 'message' in value;

/** Returns the record of a failure that is known only as one whole sentence. */
const withoutHint = (code: FailureCode, message: string): FailureRecord => ({ code, class: classOf(code), message, fields: {}, chain: [] });

/** Returns an error with a record that callers and `explain` can read. The error fails the whole workflow, not only the workflow's task. */
export const failWith = (failure: FailureRecord): ApplicationFailure =>
  ApplicationFailure.create({ type: failure.code, message: sentenceOf(failure), nonRetryable: true, details: [failure] });

/** True when no worker took the activity from the node's own queue in time. This is evidence about the worker; it is not a failure of the job. */
export const isUnclaimed = (error: unknown): boolean =>
  error instanceof ActivityFailure && error.cause instanceof TimeoutFailure && error.cause.timeoutType === 'SCHEDULE_TO_START';

interface StageFailure extends Omit<FailureParts, 'cause'> {
  readonly pipeline: string;
  readonly turn: number;
  readonly chain: readonly string[];
}

/** Returns the error with which a stage fails when it cannot go on. */
export const stageFailed = ({ pipeline, turn, chain, fields, ...parts }: StageFailure): ApplicationFailure =>
  failWith(failureRecord('pipeline.stage-failed', { ...parts, fields: { pipeline, turn, ...fields } }, chain));
