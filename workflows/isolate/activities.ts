/**
 * The proxies through which workflows call activities, with the limits of each queue in one place. Temporal retries only transient and throttled
 * failures, because activities mark all others as non-retryable. scheduleToCloseTimeout ends the retries.
 */
import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { GatewayActivities, NodeActivities, ProbeActivities } from '../../src/contract/activity/by-queue.ts';
import type { PacedLedgerActivities } from '../../src/contract/activity/ledger-pace.ts';
import { gatewayProbeQueue, gatewayQueue, ledgerQueue, nodeQueue } from '../../src/contract/queue.ts';
import type { NodeId } from '../../src/domain/ids.ts';
import type { StartedJob } from '../../src/domain/job/job.ts';
import { failureOf, isUnclaimed } from './failure-of.ts';
import { deliverMsMax, looksMsMax, sendMsMax } from '../../src/domain/limits.ts';
import { roundLimitMs, roundMsMax } from '../../src/domain/daemon/work.ts';
import { hasFreight } from '../../src/domain/item/work-item.ts';
import { hasSecrets } from '../../src/domain/item/secret.ts';
import type { AssignedJob } from '../../src/domain/job/assignment.ts';

const retry = { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '5s' } as const;

/**
 * Activities that run a few statements of SQLite. A statement takes milliseconds. So when a call has no result after 5 s, its ledger worker has died.
 */
export const ledger = proxyActivities<PacedLedgerActivities<'statement'>>({
  taskQueue: ledgerQueue,
  startToCloseTimeout: '5s',
  scheduleToCloseTimeout: '1 day',
  retry,
});

/** Activities that start up to fifty workflows: a claim, and a close that starts pending items in the freed slots. */
export const ledgerStarts = proxyActivities<PacedLedgerActivities<'starts-jobs'>>({
  taskQueue: ledgerQueue,
  startToCloseTimeout: '1m',
  heartbeatTimeout: '6s',
  scheduleToCloseTimeout: '1 day',
  retry,
});

const dutiesWithin = (startToCloseTimeout: number): PacedLedgerActivities<'duty'> =>
  proxyActivities<PacedLedgerActivities<'duty'>>({
    taskQueue: ledgerQueue,
    scheduleToStartTimeout: '10s',
    startToCloseTimeout,
    heartbeatTimeout: '3s',
    cancellationType: ActivityCancellationType.TRY_CANCEL,
    retry: { maximumAttempts: 1 },
  });

/**
 * Rounds of a daemon's duty, for a daemon with so many failures in a row. They are tried once: the daemon's lifecycle alone decides about the next try. A
 * process that dies is noticed by its heartbeats, and a process that does not run by the wait in its queue.
 */
export const dutiesAfter = (failures: number): PacedLedgerActivities<'duty'> => dutiesWithin(roundLimitMs(failures));

/** The first rounds of many daemons, and the record of what follows. They are tried once, too. */
export const firstRounds = dutiesWithin(roundMsMax);

/** Rounds of a daemon's duty that take minutes. They are tried once, like every round. */
export const upkeep = proxyActivities<PacedLedgerActivities<'upkeep'>>({
  taskQueue: ledgerQueue,
  scheduleToStartTimeout: '10s',
  startToCloseTimeout: '3h',
  heartbeatTimeout: '3s',
  cancellationType: ActivityCancellationType.TRY_CANCEL,
  retry: { maximumAttempts: 1 },
});

/** Activities that read or write the games of a whole turn, such as consolidation and export. They send heartbeats. */
export const ledgerLong = proxyActivities<PacedLedgerActivities<'long'>>({
  taskQueue: ledgerQueue,
  startToCloseTimeout: '6h',
  heartbeatTimeout: '15s',
  scheduleToCloseTimeout: '1 day',
  retry,
});

/** The delivery of events. It is tried once: the lifecycle of its daemon alone decides about the next try. The end of its worker shows within seconds. */
export const ledgerDelivery = proxyActivities<PacedLedgerActivities<'delivery'>>({
  taskQueue: ledgerQueue,
  startToCloseTimeout: deliverMsMax + 60_000,
  scheduleToStartTimeout: '10s',
  heartbeatTimeout: '3s',
  cancellationType: ActivityCancellationType.TRY_CANCEL,
  retry: { maximumAttempts: 1 },
});

/** The looks at the daemons. An activity that ended is begun again by its workflow. Each heartbeat is a write of the server, so there are few. */
export const ledgerLooks = proxyActivities<PacedLedgerActivities<'looks'>>({
  taskQueue: ledgerQueue,
  startToCloseTimeout: looksMsMax + 60_000,
  heartbeatTimeout: '30s',
  cancellationType: ActivityCancellationType.TRY_CANCEL,
  retry: { maximumAttempts: 1 },
});

const gatewayOptions = {
  taskQueue: gatewayQueue,
  startToCloseTimeout: '6h',
  heartbeatTimeout: '8s',
  scheduleToCloseTimeout: '1 day',
  cancellationType: ActivityCancellationType.TRY_CANCEL,
  retry,
} as const;
export const gateway = proxyActivities<GatewayActivities>(gatewayOptions);

/** The sweep. It is tried once: the lifecycle of its daemon alone decides about the next try. */
export const monitor = proxyActivities<ProbeActivities>({
  taskQueue: gatewayProbeQueue,
  scheduleToStartTimeout: '10s',
  startToCloseTimeout: '10m',
  heartbeatTimeout: '5s',
  cancellationType: ActivityCancellationType.TRY_CANCEL,
  retry: { maximumAttempts: 1 },
});

const nodeOptions = { scheduleToCloseTimeout: '30 days', cancellationType: ActivityCancellationType.TRY_CANCEL, retry } as const;
const shortNodeOptions = { ...nodeOptions, startToCloseTimeout: '1h', heartbeatTimeout: '8s' } as const;
/** A job may run for a year (`jobLimitSecondsMax`), and the activity that watches it must not end before the job. */
const watchOptions = { ...nodeOptions, scheduleToCloseTimeout: '400 days', startToCloseTimeout: '400 days', heartbeatTimeout: '8s' } as const;
/** A call waits at most this long in the queue of a node's worker. After that, the call goes to the gateway instead. */
const unclaimed = { scheduleToStartTimeout: '4s' } as const;

/** Removes folders that are no longer needed. A removal is short, and a removal that fails is not tried again. */
export const tidying = proxyActivities<NodeActivities>({
  taskQueue: gatewayQueue,
  startToCloseTimeout: '20s',
  scheduleToCloseTimeout: '20s',
  heartbeatTimeout: '8s',
  retry: { maximumAttempts: 1 },
});

/** Commands that the gateway runs on a node for a daemon. A command is tried once. */
export const tidyingHome = proxyActivities<Pick<GatewayActivities, 'shutNodeDown'>>({
  taskQueue: gatewayQueue,
  startToCloseTimeout: '60s',
  scheduleToCloseTimeout: '60s',
  heartbeatTimeout: '8s',
  retry: { maximumAttempts: 1 },
});

/** The delivery of a notification, which is tried again until it is this old. A receiver that is away is asked every 30 s. */
export const senderFor = (withinMs: number): Pick<GatewayActivities, 'sendNotification'> =>
  proxyActivities<Pick<GatewayActivities, 'sendNotification'>>({
    taskQueue: gatewayQueue,
    startToCloseTimeout: sendMsMax + 5_000,
    scheduleToCloseTimeout: withinMs,
    retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s' },
  });

const gatewayWatch = proxyActivities<NodeActivities>({ taskQueue: gatewayQueue, ...watchOptions });

/**
 * Calls activities on a node. A call goes to the node's resident worker as long as the worker takes calls, and otherwise through the gateway. So the
 * loss of the worker is not the loss of the node.
 */
export class NodeRoutes {
  readonly #gateway: { readonly launch: Pick<GatewayActivities, 'launchJob'>; readonly short: NodeActivities };
  readonly #resident: { readonly short: NodeActivities; readonly watch: NodeActivities } | undefined;
  #hasTriedStart = false;
  #useResident: boolean;

  /** `withinMs` is the time for all tries of a short call or a launch together. Absent: days, for a caller that cannot go on without its result. */
  constructor(node: NodeId, resident: boolean, withinMs?: number) {
    const within = withinMs === undefined ? {} : { scheduleToCloseTimeout: withinMs };
    this.#useResident = resident;
    this.#gateway = {
      launch: proxyActivities<GatewayActivities>({ ...gatewayOptions, ...within }),
      short: proxyActivities<NodeActivities>({ taskQueue: gatewayQueue, ...shortNodeOptions, ...within }),
    };
    this.#resident = resident
      ? {
          short: proxyActivities<NodeActivities>({
            taskQueue: nodeQueue(node),
            ...shortNodeOptions,
            ...within,
            ...unclaimed,
            // A start fails with this code when the shipped inputs are no longer on the node. Only the gateway can send the inputs again.
            retry: { ...retry, nonRetryableErrorTypes: ['sync.interrupted'] },
          }),
          watch: proxyActivities<NodeActivities>({ taskQueue: nodeQueue(node), ...watchOptions, ...unclaimed }),
        }
      : undefined;
  }

  get route(): 'resident' | 'gateway' {
    return this.#useResident ? 'resident' : 'gateway';
  }

  /** True once the node's worker was asked to start the job. From then on, a report of the gateway alone cannot prove that the job is not running. */
  get hasTriedStart(): boolean {
    return this.#hasTriedStart;
  }

  /** Ships the job's inputs, then starts the job. On a node without a worker, the gateway does both in one activity. */
  async launch(job: AssignedJob): Promise<StartedJob> {
    // Only the gateway can read secrets.
    if (this.#useResident && this.#resident !== undefined && !hasSecrets(job.spec)) {
      if (hasFreight(job.spec)) await gateway.shipJob(job);
      try {
        this.#hasTriedStart = true;
        return await this.#resident.short.startJob(job);
      } catch (error) {
        if (isUnclaimed(error)) this.#useResident = false;
        else if (failureOf(error).code !== 'sync.interrupted') throw error;
      }
    }
    return this.#gateway.launch.launchJob(job);
  }

  short = <T>(call: (to: NodeActivities) => Promise<T>): Promise<T> => this.#call(call, this.#resident?.short, this.#gateway.short);
  watch = <T>(call: (to: NodeActivities) => Promise<T>): Promise<T> => this.#call(call, this.#resident?.watch, gatewayWatch);

  async #call<T>(call: (to: NodeActivities) => Promise<T>, resident: NodeActivities | undefined, fallback: NodeActivities): Promise<T> {
    if (this.#useResident && resident !== undefined) {
      try {
        return await call(resident);
      } catch (error) {
        if (!isUnclaimed(error)) throw error;
        this.#useResident = false;
      }
    }
    return call(fallback);
  }
}
