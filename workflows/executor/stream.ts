/** A daemon that waits for news by itself or works for minutes, in a long activity. Its work ends with the news. The first work after a start ends at once. */
import { assertNever } from '../../src/base/assert-never.ts';
import type { Worked } from '../../src/domain/daemon/work.ts';
import { ledger } from '../isolate/activities.ts';
import { watchNodes } from '../stream/cluster-monitor.ts';
import { maintain } from '../stream/maintenance.ts';
import { routeEvents } from '../stream/event-router.ts';
import type { DaemonExecutor } from './executor.ts';

const streams: Readonly<Record<string, (memory: unknown, isFirst: boolean) => Promise<Worked>>> = {
  CLUSTER_MONITOR: watchNodes,
  EVENT_ROUTER: routeEvents,
  MAINTENANCE: maintain,
};

export const isStream = (daemon: string): boolean => Object.hasOwn(streams, daemon);

export const stream: DaemonExecutor = {
  work: async ({ row: { id }, memory, isFirst }) => {
    const worked = await (streams[id]?.(memory, isFirst) ?? assertNever(id as never, 'stream'));
    await ledger.noteRound({ daemon: id, health: worked.health });
    return worked;
  },
  halt: async () => undefined,
};
