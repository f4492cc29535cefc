/** Limits of the processes that the launcher and the gateway start, watch and stop on this machine. */

export const processLimits = {
  /**
   * When a process starts, its log is moved to `.1` if it is larger than this. So a process's logs take about twice this, unless the process writes
   * more than this between two starts.
   */
  logBytesMax: 8 * 1024 * 1024,
  /** The last lines of a log are looked for in this many bytes at its end. */
  logTailBytesMax: 16 * 1024,
  /** A message shows this many of a log's last lines. */
  logTailLinesMax: 10,
  /** The longest wait for the end of a process after KILL. The kernel ends a process at once, unless the process is in uninterruptible sleep. */
  killMsMax: 5_000,
  /** A message shows at most this many letters of a command line. */
  commandLettersMax: 120,
} as const;

/** How long the launcher waits before it starts an ended process again. */
export const restartLimits = {
  /**
   * The waits after the first, second, … end in a row. The last wait repeats. So a broken process costs one start every 5 s, and a repaired one is
   * back soon.
   */
  delaysMs: [100, 500, 1_000, 2_000, 5_000],
  /** A process that ran this long is stable. Its next end counts as the first in a row. */
  stableMs: 30_000,
  /** After this many ends in a row the process is shown as failed. */
  failedEndsMin: 3,
} as const;
