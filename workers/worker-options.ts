/** Options that the worker processes have in common. Every size is set, so that the SDK derives no size from the size of the heap. */
import { DefaultLogger, type NativeConnection, Runtime, type WorkerOptions } from '@temporalio/worker';
import type { KeyRing } from '../src/contract/proof/key-ring.ts';
import { controlQueue } from '../src/contract/queue.ts';
import { keepFilesPrivate } from '../src/system/private.ts';
import { keyedBundle } from './keyed-bundle.ts';
import { timeOfActivity } from './time-of-activity.ts';
import { workerLimits } from './limits.ts';
import { proofOfActivity } from './proof-of-activity.ts';
import { logOf } from '../src/telemetry/log.ts';

/** Makes all files of this process private, and installs the SDK's runtime with quiet logs. The runtime has no signal handlers, because `run-workers.ts` handles the signals. */
export function installRuntime(): void {
  keepFilesPrivate();
  Runtime.install({
    logger: new DefaultLogger('WARN', ({ level, message, meta }) => sdkLog(level, message, meta ?? {})),
    telemetryOptions: { logging: { filter: { core: 'WARN', other: 'WARN' }, forward: {} } },
    shutdownSignals: [],
  });
}

/** The SDK's own words. Its metadata has the workflow and the activity. */
function sdkLog(level: string, message: string, { error, ...meta }: Readonly<Record<string | symbol, unknown>>): void {
  const log = logOf('temporal');
  const fields = { ...meta, ...(error === undefined ? {} : { err: error }) };
  // Each of our workers has either workflows or activities, and the SDK warns of the missing ones.
  if (/^No (workflows|activities) registered/.test(message)) log.debug(fields, message);
  else if (level === 'ERROR') log.error(fields, message);
  else log.warn(fields, message);
}

interface Place {
  readonly connection: NativeConnection;
  readonly namespace: string;
}

const shutdown = { shutdownGraceTime: workerLimits.shutdownGraceMs, shutdownForceTime: workerLimits.shutdownMsMax };
const heartbeatThrottle = `${workerLimits.heartbeatThrottleSeconds}s` as const;

/** Returns the options of a worker of activities. With `keys`, the worker refuses each activity without a proof. */
export const activityWorkerOptions = (
  { keys, ...place }: Place & { readonly keys: KeyRing | undefined },
  taskQueue: string,
  activities: object,
  slots: number,
): WorkerOptions => ({
  ...place,
  interceptors: { activity: [timeOfActivity, ...(keys === undefined ? [] : [proofOfActivity(keys)])] },
  taskQueue,
  activities,
  maxConcurrentActivityTaskExecutions: slots,
  maxConcurrentActivityTaskPolls: workerLimits.activityPollsMax,
  ...shutdown,
  maxHeartbeatThrottleInterval: heartbeatThrottle,
  defaultHeartbeatThrottleInterval: heartbeatThrottle,
});

/** Returns the options of the worker of workflows. With `key`, the workflows check and make proofs. */
export const workflowWorkerOptions = (place: Place, bundlePath: string, key: string | undefined): WorkerOptions => ({
  ...place,
  taskQueue: controlQueue,
  workflowBundle: key === undefined ? { codePath: bundlePath } : { code: keyedBundle(bundlePath, key) },
  maxCachedWorkflows: workerLimits.cachedWorkflowsMax,
  maxConcurrentWorkflowTaskExecutions: workerLimits.workflowTasksMax,
  stickyQueueScheduleToStartTimeout: `${workerLimits.stickyQueueSeconds}s`,
  ...shutdown,
});
