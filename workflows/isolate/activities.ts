/**
 * The proxies through which workflows call activities, with the limits of each queue in one place.
 * Temporal retries transient and throttled failures only; activities mark the rest as non-retryable. scheduleToCloseTimeout ends the retries.
 */
import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { GatewayActivities, NodeActivities, ProbeActivities } from '../../src/contract/activity/by-queue.ts';
import type { PacedLedgerActivities } from '../../src/contract/activity/ledger-pace.ts';
import { gatewayProbeQueue, gatewayQueue, ledgerQueue, nodeQueue } from '../../src/contract/queue.ts';
import type { NodeId } from '../../src/domain/ids.ts';
import type { StartedJob } from '../../src/domain/job/job.ts';
import { failureOf, isUnclaimed } from './failure-of.ts';
import { hasFreight } from '../../src/domain/item/work-item.ts';
import type { AssignedJob } from '../../src/domain/job/assignment.ts';

const retry = { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '5s' } as const;

/** Short statements. A statement takes milliseconds, so a call without a result after 5 s was in a ledger worker that died. */
export const ledger = proxyActivities<PacedLedgerActivities<'statement'>>({
  taskQueue: ledgerQueue,
  startToCloseTimeout: '5s',
  scheduleToCloseTimeout: '1 day',
  retry,
});

/** Activities that start up to fifty workflows: a claim, and a close that hands slots on. */
export const ledgerStarts = proxyActivities<PacedLedgerActivities<'starts-jobs'>>({
  taskQueue: ledgerQueue,
  startToCloseTimeout: '1m',
  heartbeatTimeout: '6s',
  scheduleToCloseTimeout: '1 day',
  retry,
});

/** Consolidation and export of big sets. They heartbeat between files. */
export const ledgerLong = proxyActivities<PacedLedgerActivities<'long'>>({
  taskQueue: ledgerQueue,
  startToCloseTimeout: '6h',
  heartbeatTimeout: '15s',
  scheduleToCloseTimeout: '1 day',
  retry,
});

export const gateway = proxyActivities<GatewayActivities>({
  taskQueue: gatewayQueue,
  startToCloseTimeout: '6h',
  heartbeatTimeout: '8s',
  scheduleToCloseTimeout: '1 day',
  cancellationType: ActivityCancellationType.TRY_CANCEL,
  retry,
});

export const probe = proxyActivities<ProbeActivities>({ taskQueue: gatewayProbeQueue, startToCloseTimeout: '10m', heartbeatTimeout: '10s', retry });

const nodeOptions = { scheduleToCloseTimeout: '30 days', cancellationType: ActivityCancellationType.TRY_CANCEL, retry } as const;
const shortNodeOptions = { ...nodeOptions, startToCloseTimeout: '1h', heartbeatTimeout: '8s' } as const;
const watchOptions = { ...nodeOptions, startToCloseTimeout: '30 days', heartbeatTimeout: '8s' } as const;
/** How long a call may wait in the queue of a node's worker before the gateway makes the call instead. */
const unclaimed = { scheduleToStartTimeout: '4s' } as const;

/** Removal of folders that are no longer needed. It is tried once and is short. */
export const tidying = proxyActivities<NodeActivities>({
  taskQueue: gatewayQueue,
  startToCloseTimeout: '20s',
  scheduleToCloseTimeout: '20s',
  heartbeatTimeout: '8s',
  retry: { maximumAttempts: 1 },
});

const gatewayShort = proxyActivities<NodeActivities>({ taskQueue: gatewayQueue, ...shortNodeOptions });
const gatewayWatch = proxyActivities<NodeActivities>({ taskQueue: gatewayQueue, ...watchOptions });

/** Calls to a node. They go to the node's resident worker while it takes them, else through the gateway: losing the worker is not losing the node. */
export class NodeRoutes {
  readonly #resident: { readonly short: NodeActivities; readonly watch: NodeActivities } | undefined;
  #hasTriedStart = false;
  #useResident: boolean;

  constructor(node: NodeId, resident: boolean) {
    this.#useResident = resident;
    this.#resident = resident
      ? {
          short: proxyActivities<NodeActivities>({
            taskQueue: nodeQueue(node),
            ...shortNodeOptions,
            ...unclaimed,
            // A start fails with this code when the shipped inputs are gone from the node again. Only the gateway can send them again.
            retry: { ...retry, nonRetryableErrorTypes: ['sync.interrupted'] },
          }),
          watch: proxyActivities<NodeActivities>({ taskQueue: nodeQueue(node), ...watchOptions, ...unclaimed }),
        }
      : undefined;
  }

  get route(): 'resident' | 'gateway' {
    return this.#useResident ? 'resident' : 'gateway';
  }

  /**
   * True once the node's worker was asked to start the job. From then on the gateway's report cannot prove that the job is not running.
   */
  get hasTriedStart(): boolean {
    return this.#hasTriedStart;
  }

  /** Ships the job's inputs, then starts the job. On a node without a worker both are one step of the gateway. */
  async launch(job: AssignedJob): Promise<StartedJob> {
    if (this.#useResident && this.#resident !== undefined) {
      if (hasFreight(job.spec)) await gateway.shipJob(job);
      try {
        this.#hasTriedStart = true;
        return await this.#resident.short.startJob(job);
      } catch (error) {
        if (isUnclaimed(error)) this.#useResident = false;
        else if (failureOf(error).code !== 'sync.interrupted') throw error;
      }
    }
    return gateway.launchJob(job);
  }

  short = <T>(call: (to: NodeActivities) => Promise<T>): Promise<T> => this.#call(call, this.#resident?.short, gatewayShort);
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
