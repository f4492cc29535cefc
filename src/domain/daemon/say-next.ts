import type { Daemon, DaemonRow } from './daemon.ts';

/** Returns what happens next with the daemon, as a clause. */
export function sayNext(
  { state, missing, untilMs, granted, wish }: Daemon,
  { id, critical }: Pick<DaemonRow, 'id' | 'critical'>,
  nowMs: number,
): string {
  switch (state) {
    case 'stopped':
      return wish.wish === 'stopped' ? `stays stopped until ringmaster daemon start ${id}` : 'starts when its manager runs';
    case 'waiting':
      return `starts when ${missing.join(', ')} runs`;
    case 'starting':
      return 'runs after its first work';
    case 'running':
    case 'degraded':
      return 'works again when something happens, or its interval is over';
    case 'backing-off': {
      const leftMs = Math.max(0, (untilMs ?? nowMs) - nowMs);
      if (leftMs > 0) return `starts again in ${Math.ceil(leftMs / 1_000)} s`;
      return critical || granted === true ? 'starts again now' : 'starts again when the brake on restarts ends';
    }
    case 'failed':
      return `stays failed until ringmaster daemon reset ${id}`;
    case 'stopping':
      return wish.wish === 'stopped' ? 'stops when its work has ended' : 'starts again when its work has ended';
  }
}
