/**
 * DAEMON_WATCHDOG looks at the other daemons as the ledger knows them. It restarts nothing: it is degraded while a daemon has failed, or while one that
 * should work has not worked for three of its intervals.
 */
import { given } from '../base/given.ts';
import type { Daemon } from '../domain/daemon/daemon.ts';
import { isSilent, silentIntervals } from '../domain/daemon/silence.ts';
import { duty } from './duty.ts';

export interface SeenDaemon {
  readonly id: string;
  readonly intervalMs: number;
  readonly record?: Pick<Daemon, 'state' | 'sinceMs' | 'health'>;
}

export const daemonWatchdog = duty({
  observe: ({ model, rows }): readonly SeenDaemon[] => {
    const known = new Map(model.knownDaemons().map((one) => [one.id, one]));
    return rows.map(({ id, intervalMs }) => ({ id, intervalMs, ...given({ record: known.get(id)?.record }) }));
  },
  decide: decideWatchdog,
});

export function decideWatchdog(seen: readonly SeenDaemon[], _memory: undefined, nowMs: number) {
  const failed = seen.filter(({ record }) => record?.state === 'failed').map(({ id }) => id);
  const silent = seen.filter((one) => hasGoneSilent(one, nowMs)).map(({ id }) => id);
  const message = [
    ...(failed.length === 0 ? [] : [`failed: ${failed.join(', ')}`]),
    ...(silent.length === 0 ? [] : [`without a round for ${silentIntervals} intervals: ${silent.join(', ')}`]),
  ].join('; ');
  return {
    health: {
      healthy: failed.length === 0 && silent.length === 0,
      message: message === '' ? `${seen.length} daemons do their rounds` : message,
      details: { daemons: seen.length, failed: failed.length, silent: silent.length },
    },
    memory: undefined,
    steps: [],
  };
}

const hasGoneSilent = ({ record, intervalMs }: SeenDaemon, nowMs: number): boolean =>
  record !== undefined && isSilent({ state: record.state, intervalMs }, nowMs - Math.max(record.health?.atMs ?? 0, record.sinceMs));
