/** Limits of the processes that the launcher and the gateway start, watch and stop on this machine. */

export const processLimits = {
  /**
   * When a process starts, its log is moved to `.1` if the log is larger than this size. So a process's logs take about twice this size, unless the
   * process writes more than this size between two starts.
   */
  logBytesMax: 8 * 1024 * 1024,
  /** To find the last lines of a log, this many bytes at its end are read. */
  logTailBytesMax: 16 * 1024,
  /** A message shows at most this many of a log's last lines. */
  logTailLinesMax: 10,
  /**
   * After KILL we wait at most this long for the end of the process. The kernel ends a process at once, unless the process is in uninterruptible
   * sleep.
   */
  killMsMax: 5_000,
  /** A working process touches its beat file at this interval. */
  beatMs: 2_000,
  /** A message shows at most this many letters of a command line. */
  commandLettersMax: 120,
} as const;

/** These limits decide how long the launcher waits before it starts an ended process again. */
export const restartLimits = {
  /**
   * The launcher waits this long after the first, second, … early end in a row. The last wait repeats. So a broken process costs one start every 5 s,
   * and a repaired process is back soon.
   */
  delaysMs: [100, 500, 1_000, 2_000, 5_000],
  /** A process that ran this long is stable. Its next end counts as the first in a row. */
  stableMs: 30_000,
  /** After this many ends in a row the process is shown as failed. */
  failedEndsMin: 3,
} as const;
