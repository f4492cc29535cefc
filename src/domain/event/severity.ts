import type { EventTypeName } from './event-types.ts';

export type Severity = 'error' | 'warn' | 'good' | 'info';

const error = /_(FAILED|FIRED|LOST|REJECTED|TIMEOUT|OFFLINE|REFUSED)$|^PIPELINE_DEFECT$|^EVENTS_LOST$|^DEAD_LETTER_ADDED$/;
const warn = /_(RETRY|SUSPECT|ABANDONED|PAUSED|STOPPED|CANCELLED|REST_STARTED|SKIPPED|BRAKED|UNPLACED|WARNING)$/;
/** The try of a cancelled item has ended. Each evaluation cancels the items that its verdict does not need. */
const routine: readonly string[] = ['WORK_STOPPED'] satisfies readonly EventTypeName[];
const good = /_(RESOLVED|COMPLETED|COMPLETE|PROMOTED|RECOVERED|ONLINE)$/;

/** Returns how much an event of this type matters to an operator. The type can be one that this release does not know. */
export const severityOf = (type: EventTypeName | (string & {})): Severity =>
  routine.includes(type) ? 'info' : error.test(type) ? 'error' : warn.test(type) ? 'warn' : good.test(type) ? 'good' : 'info';

/** Returns the same for an event whose payload matters too: the change of a daemon's state. */
export function severityOfEvent({ type, payload }: { readonly type: string; readonly payload: Readonly<Record<string, unknown>> }): Severity {
  if (type !== 'DAEMON_STATUS_CHANGED') return severityOf(type);
  const to = payload['to'];
  return to === 'failed' ? 'error' : to === 'backing-off' || to === 'degraded' ? 'warn' : 'info';
}
