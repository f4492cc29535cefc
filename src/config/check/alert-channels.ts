/** Faults of `alerts.channels`. */
import type { ClusterFileCheck } from './checked-file.ts';

/** A channel sends in one way. */
export const unclearChannels: ClusterFileCheck = ({ alerts }) =>
  alerts.channels.flatMap(({ id, webhook, command, email, log }, index) => {
    const ways = Object.entries({ webhook, command, email, log: log === true ? log : undefined }).flatMap(([key, value]) =>
      value === undefined ? [] : [key],
    );
    const path = ['alerts', 'channels', index];
    const [first, second] = ways;
    if (first === undefined) return [{ path, also: [[...path, 'id']], what: `channel ${id} has no way to send`, hint: 'log: true' }];
    return second === undefined
      ? []
      : [{ path: [...path, second], also: [path], what: `channel ${id} has ${ways.join(' and ')}`, hint: `only ${first}` }];
  });
