/** The rounds of a daemon's duty. A row of `streams` is a duty that waits for news by itself; every other duty works in rounds in the ledger's process. */
import { ActivityFailure, TimeoutFailure } from '@temporalio/workflow';
import type { DaemonFailure, DaemonRow } from '../../src/domain/daemon/daemon.ts';
import type { Worked } from '../../src/domain/daemon/work.ts';
import { watchNodes } from '../stream/cluster-monitor.ts';
import { maintain } from '../stream/maintenance.ts';
import { routeEvents } from '../stream/event-router.ts';
import { duties, ledger } from './activities.ts';
import { carryOutDutySteps } from './duty-steps.ts';
import { failureOf } from './failure-of.ts';

const streams: Readonly<Record<string, (memory: unknown, isFirst: boolean) => Promise<Worked>>> = {
  CLUSTER_MONITOR: watchNodes,
  EVENT_ROUTER: routeEvents,
  MAINTENANCE: maintain,
};

/** Does one round, and carries out its steps. The round of a stream ends with its news. The first round after a start ends at once. */
export async function work({ id }: DaemonRow, memory: unknown, isFirst: boolean): Promise<Worked> {
  const stream = streams[id];
  if (stream !== undefined) {
    const worked = await stream(memory, isFirst);
    await ledger.noteRound({ daemon: id, health: worked.health });
    return worked;
  }
  const worked = await duties.workDaemon(memory === undefined ? { daemon: id } : { daemon: id, memory });
  await carryOutDutySteps(worked.steps);
  return worked;
}

/** Returns how the work failed: a round that makes no progress hangs, a process that is silent or takes no work is gone. */
export function failedWork(error: unknown): Omit<DaemonFailure, 'atMs'> {
  const record = failureOf(error);
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  if (!(cause instanceof TimeoutFailure)) return { kind: 'threw', record };
  return { kind: cause.timeoutType === 'START_TO_CLOSE' ? 'hung' : 'gone', record };
}
