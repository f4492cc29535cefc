/** Limits of the processes that the launcher and the gateway start, watch and stop on this machine. */

export const processLimits = {
  /** A log is moved to `.1` when its process starts and the log is larger. A process keeps about twice this, and more only if it writes more between two starts. */
  logBytesMax: 8 * 1024 * 1024,
  /** How much of a log's end is read to find its last lines. */
  logTailBytesMax: 16 * 1024,
  /** The last lines of a log in a message. */
  logTailLinesMax: 10,
  /** Waits for the end of a process after KILL. The kernel ends it at once, unless it is in uninterruptible sleep. */
  killMsMax: 5_000,
  /** Letters of a command line in a message. */
  commandLettersMax: 120,
} as const;

/** When a process that ended is started again. */
export const restartLimits = {
  /** The wait after the first end in a row, the second, and so on. The last one repeats: a broken process costs a start every 5 s, and a repaired one is back soon. */
  delaysMs: [100, 500, 1_000, 2_000, 5_000],
  /** A process that ran this long is stable: its next end counts as the first. */
  stableMs: 30_000,
  /** From this many ends in a row the process is shown as failed. */
  failedEndsMin: 3,
} as const;
