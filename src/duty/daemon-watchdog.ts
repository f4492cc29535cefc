/**
 * DAEMON_WATCHDOG looks at the other daemons as the ledger knows them. It restarts nothing: it is degraded while a daemon has failed, or while one that
 * should work has not worked for three of its intervals.
 *
 * The time since the last round of a daemon is the time for which this process has seen no newer round, by a clock that does not step. The times in the
 * records are those of the Temporal server, whose clock can differ from the clock of this machine.
 */
import { given } from '../base/given.ts';
import type { Daemon } from '../domain/daemon/daemon.ts';
import { isSilent, silentIntervals } from '../domain/daemon/silence.ts';
import { duty } from './duty.ts';

export interface SeenDaemon {
  readonly id: string;
  readonly intervalMs: number;
  readonly record?: Pick<Daemon, 'state'>;
  /** The time since its last round or its last change of state was first seen. */
  readonly ageMs: number;
}

export const daemonWatchdog = duty({
  observe: ({ model, rows, ages }): readonly SeenDaemon[] => {
    const known = new Map(model.knownDaemons().map(({ id, record }) => [id, record]));
    const evidence = (id: string): string => `${id} ${known.get(id)?.sinceMs} ${known.get(id)?.health?.atMs}`;
    const seen = ages.agesOf(rows.map(({ id }) => evidence(id)));
    return rows.map(({ id, intervalMs }) => ({ id, intervalMs, ageMs: seen.get(evidence(id)) ?? 0, ...given({ record: known.get(id) }) }));
  },
  decide: decideWatchdog,
});

export function decideWatchdog(seen: readonly SeenDaemon[]) {
  const failed = seen.filter(({ record }) => record?.state === 'failed').map(({ id }) => id);
  const silent = seen.filter((one) => hasGoneSilent(one)).map(({ id }) => id);
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

const hasGoneSilent = ({ record, intervalMs, ageMs }: SeenDaemon): boolean =>
  record !== undefined && isSilent({ state: record.state, intervalMs }, ageMs);
