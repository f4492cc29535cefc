import { CancelledFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { measure, stopwatch } from '../src/telemetry/measures.ts';

/** Measures the time of each activity. Its name comes from our own code, because a worker fails an activity that it does not know. */
export const timeOfActivity: ActivityInterceptorsFactory = ({ info: { activityType: activity } }) => ({
  inbound: {
    execute: async (input, next) => {
      const seconds = stopwatch();
      const end = (outcome: 'completed' | 'failed' | 'cancelled'): void => measure('activity', seconds(), { activity, outcome });
      try {
        const result = await next(input);
        end('completed');
        return result;
      } catch (error) {
        end(error instanceof CancelledFailure ? 'cancelled' : 'failed');
        throw error;
      }
    },
  },
});
