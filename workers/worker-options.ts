import { DefaultLogger, type NativeConnection, Runtime, type WorkerOptions } from '@temporalio/worker';

/**
 * What every worker process of ours does alike. Sizes are for a small box: explicit, so that nothing is derived from heap limits.
 * Reasons: DESIGN §5 and `docs/decisions/0003-worker-tuning.md`.
 */
export const shutdownGraceMs = 2_000;

export function installRuntime(): void {
  Runtime.install({
    logger: new DefaultLogger('WARN'),
    telemetryOptions: { logging: { filter: { core: 'WARN', other: 'WARN' }, forward: {} } },
    shutdownSignals: [],
  });
}

export const activityWorkerOptions = (
  connection: NativeConnection,
  namespace: string,
  taskQueue: string,
  activities: object,
  slots: number,
): WorkerOptions => ({
  connection,
  namespace,
  taskQueue,
  activities,
  maxConcurrentActivityTaskExecutions: slots,
  maxConcurrentActivityTaskPolls: 4,
  shutdownGraceTime: shutdownGraceMs,
  shutdownForceTime: shutdownGraceMs * 2,
  // The watch's heartbeat is its reaction time to a stop: send it when we have it.
  maxHeartbeatThrottleInterval: '2s',
  defaultHeartbeatThrottleInterval: '2s',
});
