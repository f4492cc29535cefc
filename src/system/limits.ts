/** Limits of `src/system`. */

export const systemLimits = {
  /**
   * Time limit of a connection to a port of this machine. A working listener accepts at once. A listener that takes longer than this is taken to
   * hang.
   */
  acceptMsMax: 1_000,
  /** The wait between two checks of a condition. It is too short for a person to notice, and long enough that reading /proc costs little. */
  pollMs: 25,
} as const;
