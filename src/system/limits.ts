/** Limits of what a process asks of its machine. */

export const systemLimits = {
  /** Time limit of a connection to a port of this machine. A listener accepts at once; one that needs longer hangs. */
  acceptMsMax: 1_000,
  /** The wait between two looks at a condition. A person notices no delay, and reading /proc this often takes no measurable time. */
  pollMs: 25,
} as const;
