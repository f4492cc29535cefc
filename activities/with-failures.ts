import { Context } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory, CancelledFailure, TemporalFailure } from '@temporalio/common';
import { activityInputFaults } from '../src/contract/input/activity-inputs.ts';
import { refusedInput } from '../src/contract/input/refused-input.ts';
import { payloadFault } from '../src/contract/payload-limit.ts';
import { boundedFailure, cutText } from '../src/domain/failure/bounded-failure.ts';
import { RingmasterError } from '../src/domain/failure/error.ts';
import { isRetried } from '../src/domain/failure/table.ts';
import { toFailureRecord } from '../src/domain/failure/to-failure-record.ts';
import { sentenceOf } from '../src/domain/failure/sentence.ts';

/**
 * Returns the activities with their errors translated into Temporal's failures. `type` is the failure code, `details[0]` is the whole record, and the
 * class of the code decides whether Temporal repeats the activity. A repeated failure has the category BENIGN, because it counts as an error only
 * when the retries are used up. Temporal's own errors, above all a cancellation, pass unchanged. No other code translates errors.
 *
 * An activity of ours with an invalid input is refused before it runs (`src/contract/input/activity-inputs.ts`). Every worker wraps its activities
 * with this function, so this is the one door of all activities.
 *
 * A result that is too large for Temporal becomes a failure here. Without this, Temporal would refuse the result and repeat the activity for days.
 */
export function withFailures<T extends object>(activities: T): T {
  const wrapped = Object.entries(activities).map(([name, activity]) => [
    name,
    typeof activity === 'function' ? guarded(name, activity as Activity) : activity,
  ]);
  return Object.fromEntries(wrapped) as T;
}

type Activity = (...args: readonly unknown[]) => unknown;

const guarded =
  (name: string, activity: Activity): Activity =>
  async (...args) => {
    try {
      const faults = activityInputFaults(name, args[0]);
      if (faults.length > 0) throw new RingmasterError('input.refused', refusedInput(name, faults));
      const result = await activity(...args);
      const fault = payloadFault(`return the result of activity ${name}`, result);
      if (fault !== undefined) throw new RingmasterError(fault.code, fault);
      return result;
    } catch (error) {
      throw toApplicationFailure(error);
    }
  };

/**
 * Returns the reason why the current activity was cancelled, or undefined if it was not cancelled. A worker that shuts down cancels its
 * activities too: Temporal then gives the step to another worker.
 */
function cancellation(): CancelledFailure | undefined {
  try {
    const { aborted, reason } = Context.current().cancellationSignal;
    return aborted && reason instanceof CancelledFailure ? reason : undefined;
  } catch {
    return undefined; // Not in an activity: a test.
  }
}

/** Returns the error as Temporal's failure. `withFailures` and the check of the key use it. */
export function toApplicationFailure(error: unknown): Error {
  if (error instanceof TemporalFailure || error instanceof CancelledFailure) return error;
  const record = boundedFailure(toFailureRecord(error));
  // A machine that is closed also aborts its transport, although no activity was cancelled. Such an abort is handled like any other failure, and is
  // retried.
  const cancelled = record.code === 'transport.cancelled' ? cancellation() : undefined;
  if (cancelled !== undefined) return cancelled;
  const retried = isRetried(record.code);
  return ApplicationFailure.create({
    message: sentenceOf(record),
    type: record.code,
    nonRetryable: !retried,
    details: [record],
    ...(retried ? { category: ApplicationFailureCategory.BENIGN } : {}),
    ...(error instanceof Error ? { cause: boundedError(error) } : {}),
  });
}

/**
 * Returns the error with texts of a bounded size. Temporal stores the message and the stack of each cause. A record has the whole chain of causes, so the
 * causes of this error are left out.
 */
function boundedError(error: Error): Error {
  const bounded = new Error(cutText(error.message));
  bounded.name = error.name;
  bounded.stack = cutText(error.stack ?? '');
  return bounded;
}
