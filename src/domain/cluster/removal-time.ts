/**
 * The time by which the retention removes what is old. It follows the clock of the machine, but a step of that clock cannot move it: a clock that is wrong
 * by a hundred days would make everything old at once, and what is removed does not come back.
 *
 * | the clock, since the look before     | the removal time                                                        |
 * |--------------------------------------|-------------------------------------------------------------------------|
 * | goes on, by a day at most            | goes on; while it is behind the clock, twice as fast until it is there  |
 * | jumps forward by more than a day     | stands still, so that nothing becomes old by the jump                   |
 * | is set back behind the removal time  | is set back with it                                                     |
 *
 * A cluster that was off for more than a day looks the same as a clock that was set forward. Its old items and files stay for longer, and nothing is lost.
 */
export interface RemovalTime {
  readonly atMs: number;
  /** The clock of the machine at the last look. */
  readonly clockMs: number;
}

/** A clock that goes on by more between two looks has jumped, and a removal time that is further behind the clock is shown. */
export const jumpMsMin = 24 * 3_600_000;

/** Returns the removal time at this look. The first look of all believes the clock. */
export function removalTime(before: RemovalTime | undefined, clockMs: number): RemovalTime {
  if (before === undefined) return { atMs: clockMs, clockMs };
  const passedMs = Math.max(0, clockMs - before.clockMs);
  return { atMs: Math.min(clockMs, before.atMs + (passedMs > jumpMsMin ? 0 : 2 * passedMs)), clockMs };
}

/** Returns by how much the removal time is behind the clock, or undefined when it is a day at most. */
export function removalLagMs(before: RemovalTime | undefined, clockMs: number): number | undefined {
  const lagMs = clockMs - removalTime(before, clockMs).atMs;
  return lagMs > jumpMsMin ? lagMs : undefined;
}
