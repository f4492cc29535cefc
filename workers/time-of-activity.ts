import { CancelledFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { measure, stopwatch } from '../src/telemetry/measures.ts';
import { errorText } from '../src/domain/failure/error.ts';
import { logOf } from '../src/telemetry/log.ts';

/** Measures the time of each activity, and logs its end. Its name comes from our own code, because a worker fails an activity that it does not know. */
export const timeOfActivity: ActivityInterceptorsFactory = ({ info: { activityType: activity, workflowExecution, attempt } }) => ({
  inbound: {
    execute: async (input, next) => {
      const seconds = stopwatch();
      const end = (outcome: 'completed' | 'failed' | 'cancelled', error?: unknown): void => {
        const took = seconds();
        measure('activity', took, { activity, outcome });
        const log = logOf('activity');
        if (!log.isLevelEnabled(outcome === 'failed' ? 'info' : 'debug')) return;
        const fields = { activity, workflow: workflowExecution?.workflowId, attempt, seconds: Number(took.toFixed(3)) };
        if (outcome === 'failed') log.info({ ...fields, error: errorText(error) }, 'failed');
        else log.debug(fields, outcome);
      };
      try {
        const result = await next(input);
        end('completed');
        return result;
      } catch (error) {
        end(error instanceof CancelledFailure ? 'cancelled' : 'failed', error);
        throw error;
      }
    },
  },
});
