/** Limits of `src/system`. */

export const systemLimits = {
  /** Time limit of a connection to a port of this machine. A listener accepts at once; a listener that needs longer hangs. */
  acceptMsMax: 1_000,
  /** The wait between two looks at a condition. It is too short for a person to notice, and long enough that reading /proc costs little. */
  pollMs: 25,
} as const;
