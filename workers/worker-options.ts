import { DefaultLogger, NativeConnection, Runtime, type WorkerOptions } from '@temporalio/worker';

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

const connectTriesMax = 60;

/** The server may be starting or restarting: tries twice a second for half a minute. */
export async function connect(address: string): Promise<NativeConnection> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await NativeConnection.connect({ address });
    } catch (error) {
      if (tries >= connectTriesMax) throw error;
      await new Promise((wake) => setTimeout(wake, 500));
    }
  }
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
