/** Limits of `src/system`. */

export const systemLimits = {
  /**
   * A connection to a port of this machine must succeed within this time. A working listener accepts at once, so a listener that takes longer counts
   * as hung.
   */
  acceptMsMax: 1_000,
  /**
   * We wait this long between two checks of a condition. The wait is too short for a person to notice, and long enough that reading /proc costs
   * little.
   */
  pollMs: 25,
} as const;
