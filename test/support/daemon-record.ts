/**
 * Reads what the event log and the histories of a real cluster say about its daemons, and checks the rules:
 *   one runner      the changes of each daemon are one chain; each workflow of a daemon is a child of the manager, and one of them runs
 *   one authority   each restart after a failure has a grant of the manager, unless the daemon is critical
 *   the brake       the manager grants at most `brakeRestartsMax` restarts in `brakeWindowMs`
 */
import type { Client } from '@temporalio/client';
import type { DaemonRow } from '../../src/domain/daemon/daemon.ts';
import { brakeRestartsMax, brakeWindowMs } from '../../src/domain/daemon/brake.ts';
import type { EventPage } from '../../src/domain/event/event.ts';
import { signals, workflowIds } from '../../src/contract/workflows.ts';
import type { LiveCluster } from './live-cluster.ts';

export interface Change {
  readonly daemon: string;
  readonly from: string;
  readonly to: string;
  readonly because: string;
  readonly restarts: number;
  readonly code?: string;
  readonly atMs: number;
}

/** Returns all changes of daemons, in the order of the log. */
export async function daemonChanges(cluster: LiveCluster): Promise<readonly Change[]> {
  const changes: Change[] = [];
  for (let after = 0; ;) {
    const page = (await cluster.get(`/events?type=DAEMON_STATUS_CHANGED&after=${after}&limit=1000`)) as EventPage;
    changes.push(...page.events.map(({ payload, atMs }) => ({ ...(payload as unknown as Omit<Change, 'atMs'>), atMs })));
    const last = page.events.at(-1);
    if (!page.hasMore || last === undefined) return changes;
    after = last.position;
  }
}

/** Returns a sentence for each daemon whose changes are no chain: two runners would write two chains. */
export function chainFaults(changes: readonly Change[]): readonly string[] {
  const last = new Map<string, string>();
  return changes.flatMap(({ daemon, from, to }) => {
    const before = last.get(daemon) ?? from;
    last.set(daemon, to);
    return before === from ? [] : [`${daemon} was ${before}, and then changed from ${from} to ${to}`];
  });
}

interface Run {
  readonly daemon: string;
  readonly parent: string | undefined;
  readonly isRunning: boolean;
  readonly grants: number;
}

/** Returns the time of an event of a history. */
export const msOf = (time: { readonly seconds?: unknown; readonly nanos?: number | null } | null | undefined): number =>
  Number(time?.seconds ?? 0) * 1_000 + Math.floor((time?.nanos ?? 0) / 1_000_000);

/** Reads the histories of all runs of all daemons. */
async function readRuns(client: Client): Promise<readonly Run[]> {
  const runs: Run[] = [];
  for await (const { workflowId, runId, status, parentExecution } of client.workflow.list({ query: "WorkflowType = 'daemon'" })) {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    const grants = (events ?? []).filter((event) => event.workflowExecutionSignaledEventAttributes?.signalName === signals.grantRestart).length;
    runs.push({
      daemon: workflowId.slice(workflowIds.daemon('').length),
      parent: parentExecution?.workflowId ?? undefined,
      isRunning: status.name === 'RUNNING',
      grants,
    });
  }
  return runs;
}

/** Returns the times at which managers granted restarts. A grant that was repeated after an error of the manager counts once. */
async function grantTimes(client: Client): Promise<readonly number[]> {
  const times = new Map<string, number>();
  for await (const { workflowId, runId } of client.workflow.list({ query: "WorkflowType = 'daemonManager'" })) {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    for (const { signalExternalWorkflowExecutionInitiatedEventAttributes: signal, eventTime } of events ?? []) {
      if (signal?.signalName !== signals.grantRestart) continue;
      const grant = `${signal.workflowExecution?.workflowId} ${Buffer.from(signal.input?.payloads?.[0]?.data ?? []).toString()}`;
      times.set(grant, Math.min(times.get(grant) ?? Infinity, msOf(eventTime)));
    }
  }
  return [...times.values()].toSorted((a, b) => a - b);
}

/** Returns a sentence for each rule that the histories and the log break. */
export async function recordFaults(
  client: Client,
  rows: readonly Pick<DaemonRow, 'id' | 'critical'>[],
  changes: readonly Change[],
): Promise<readonly string[]> {
  const runs = await readRuns(client);
  const faults = [...chainFaults(changes)];
  for (const { id, critical } of rows) {
    const own = runs.filter(({ daemon }) => daemon === id);
    if (own.filter(({ isRunning }) => isRunning).length !== 1) faults.push(`${id} has ${own.filter(({ isRunning }) => isRunning).length} workflows`);
    const strangers = own.filter(({ parent }) => parent !== workflowIds.daemonManager);
    if (strangers.length > 0) faults.push(`${id} was started ${strangers.length} times by another part than the manager`);
    const restarts = changes.filter(({ daemon, from, to }) => daemon === id && from === 'backing-off' && to === 'starting').length;
    const grants = own.reduce((sum, run) => sum + run.grants, 0);
    if (!critical && restarts > grants) faults.push(`${id} restarted ${restarts} times after failures, with ${grants} grants`);
  }
  const times = await grantTimes(client);
  for (const atMs of times) {
    const inWindow = times.filter((one) => one > atMs - brakeWindowMs && one <= atMs).length;
    if (inWindow > brakeRestartsMax) faults.push(`${inWindow} restarts were granted in the minute before ${new Date(atMs).toISOString()}`);
  }
  return faults;
}
