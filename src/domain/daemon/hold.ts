/** The daemons that keep another one from its work: those that it needs and, before a start, those of its `after`. */
import { type Daemon, type DaemonRow, isActive } from './daemon.ts';

type Rule = Pick<DaemonRow, 'after'>;

/** Returns the daemons that keep this one from its work. One of `after` holds only a start: it ends no work, and delays no restart after a failure. */
export function holdOf({ state, missing }: Pick<Daemon, 'state' | 'missing'>, rule: Rule): readonly string[] {
  if (state === 'stopped' || state === 'waiting') return missing;
  return isActive({ state }) || state === 'backing-off' ? neededOf(missing, rule) : [];
}

/** Returns those that the daemon needs. The others only come first in the order of the start. */
export const neededOf = (missing: readonly string[], { after = [] }: Rule): readonly string[] => missing.filter((one) => !after.includes(one));

/** Returns the reason for the wait, as a clause. */
export function sayHold(missing: readonly string[], rule: Rule): string {
  const needs = neededOf(missing, rule);
  return needs.length > 0 ? `it needs ${needs.join(', ')}` : `it starts after ${missing.join(', ')}`;
}
