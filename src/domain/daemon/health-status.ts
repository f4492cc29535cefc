/**
 * The status of a daemon's health, in one word. The first row that fits holds.
 *
 * | status      | the daemon                                                                        |
 * |-------------|-----------------------------------------------------------------------------------|
 * | `inactive`  | does not work in its state, so its last report is about an earlier time            |
 * | `unhealthy` | works, and its duty says that it is unhealthy                                      |
 * | `degraded`  | works, its duty says that it is well, and half of its work failed lately           |
 * | `ok`        | works, and is well                                                                 |
 */
import { type Daemon, type DaemonHealth, isActive } from './daemon.ts';

export const healthStatuses = ['ok', 'degraded', 'unhealthy', 'inactive'] as const;
export type HealthStatus = (typeof healthStatuses)[number];

export function healthStatusOf({ state }: Pick<Daemon, 'state'>, { healthy }: Pick<DaemonHealth, 'healthy'>): HealthStatus {
  if (!isActive({ state })) return 'inactive';
  if (!healthy) return 'unhealthy';
  return state === 'degraded' ? 'degraded' : 'ok';
}
