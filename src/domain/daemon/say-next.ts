import type { Daemon, DaemonRow } from './daemon.ts';

/** Returns what happens next with the daemon, as a clause. */
export function sayNext(
  { state, missing, untilMs, granted, wish, isDone = false }: Daemon,
  { id, critical, process }: Pick<DaemonRow, 'id' | 'critical' | 'process'>,
  nowMs: number,
): string {
  switch (state) {
    case 'stopped':
      return wish.wish === 'stopped' || isDone ? `stays stopped until ringmaster daemon start ${id}` : 'starts when its manager runs';
    case 'waiting':
      return `starts when ${missing.join(', ')} ${missing.length === 1 ? 'runs' : 'run'}`;
    case 'starting':
      return process === undefined ? 'runs after its first work' : 'runs when it is healthy for the first time';
    case 'running':
    case 'degraded':
      return process === undefined ? 'works again when something happens, or its interval is over' : 'goes on';
    case 'backing-off': {
      const leftMs = Math.max(0, (untilMs ?? nowMs) - nowMs);
      if (leftMs > 0) return `starts again in ${Math.ceil(leftMs / 1_000)} s`;
      return critical || granted === true ? 'starts again now' : 'starts again when the brake on restarts ends';
    }
    case 'failed':
      return `stays failed until ringmaster daemon reset ${id}`;
    case 'stopping':
      if (process !== undefined)
        return `${wish.wish === 'stopped' || process.isRetired === true ? 'stops' : 'starts again'} when its process on ${process.node} has ended`;
      return wish.wish === 'stopped' ? 'stops when its work has ended' : 'starts again when its work has ended';
  }
}
