/** Options that the worker processes have in common. Every size is set, so that the SDK derives no size from the size of the heap. */
import { DefaultLogger, type NativeConnection, Runtime, type WorkerOptions } from '@temporalio/worker';
import { controlQueue } from '../src/contract/queue.ts';
import { keepFilesPrivate } from '../src/system/private.ts';
import { workerLimits } from './limits.ts';

/** Makes all files of this process private, and installs the SDK's runtime with quiet logs. The runtime has no signal handlers, because `run-workers.ts` handles the signals. */
export function installRuntime(): void {
  keepFilesPrivate();
  Runtime.install({
    logger: new DefaultLogger('WARN'),
    telemetryOptions: { logging: { filter: { core: 'WARN', other: 'WARN' }, forward: {} } },
    shutdownSignals: [],
  });
}

interface Place {
  readonly connection: NativeConnection;
  readonly namespace: string;
}

const shutdown = { shutdownGraceTime: workerLimits.shutdownGraceMs, shutdownForceTime: workerLimits.shutdownMsMax };
const heartbeatThrottle = `${workerLimits.heartbeatThrottleSeconds}s` as const;

export const activityWorkerOptions = (place: Place, taskQueue: string, activities: object, slots: number): WorkerOptions => ({
  ...place,
  taskQueue,
  activities,
  maxConcurrentActivityTaskExecutions: slots,
  maxConcurrentActivityTaskPolls: workerLimits.activityPollsMax,
  ...shutdown,
  maxHeartbeatThrottleInterval: heartbeatThrottle,
  defaultHeartbeatThrottleInterval: heartbeatThrottle,
});

export const workflowWorkerOptions = (place: Place, bundlePath: string): WorkerOptions => ({
  ...place,
  taskQueue: controlQueue,
  workflowBundle: { codePath: bundlePath },
  maxCachedWorkflows: workerLimits.cachedWorkflowsMax,
  maxConcurrentWorkflowTaskExecutions: workerLimits.workflowTasksMax,
  stickyQueueScheduleToStartTimeout: `${workerLimits.stickyQueueSeconds}s`,
  ...shutdown,
});
