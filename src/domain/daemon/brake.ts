/**
 * The brake on restarts. It is on while `brakeRestartsMax` restarts of daemons that are not critical were granted within `brakeWindowMs`. One fault that
 * they share would otherwise make all of them restart at once.
 *
 * The manager counts a grant from the time at which the grant was certainly sent. Each daemon also remembers its own grants, and its record has them. So
 * the manager that replaces a terminated one goes on with the same window. A grant that no record has yet is repeated to its daemon, and counts again.
 */
export const brakeWindowMs = 60_000;
export const brakeRestartsMax = 10;

/** Returns the times that are within the window. A time that is to come is from before the clock was set back. */
export const grantsInWindow = (timesMs: readonly number[], nowMs: number): readonly number[] =>
  timesMs.filter((atMs) => nowMs - atMs < brakeWindowMs && atMs <= nowMs);
