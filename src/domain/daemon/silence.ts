/** When a daemon that should work counts as silent. */
import { type DaemonRow, type DaemonState, isActive } from './daemon.ts';

/** A daemon that has not worked for this many of its intervals is silent. */
export const silentIntervals = 3;

/** Returns true when the daemon should work, and its last round or its last change of state is too old. */
export const isSilent = ({ state, intervalMs }: { readonly state: DaemonState } & Pick<DaemonRow, 'intervalMs'>, ageMs: number): boolean =>
  isActive({ state }) && ageMs > silentIntervals * intervalMs;
