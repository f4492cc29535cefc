import { readFileSync } from 'node:fs';
import { statePaths } from '../../domain/cluster/state-paths.ts';
import type { RemovalTime } from '../../domain/cluster/removal-time.ts';

/** Returns the removal time that was stored last, or undefined when there is none that can be read. */
export function readRemovalTime(state: string): RemovalTime | undefined {
  try {
    const { atMs, clockMs } = JSON.parse(readFileSync(statePaths(state).removalTime, 'utf8')) as Partial<RemovalTime>;
    return Number.isFinite(atMs) && Number.isFinite(clockMs) ? ({ atMs, clockMs } as RemovalTime) : undefined;
  } catch {
    return undefined;
  }
}
