/** Limits of the processes that the launcher and the gateway start, watch and stop on this machine. */

export const processLimits = {
  /** A log that is larger than this is moved to `.1` when its process starts. A process keeps about twice this, and more only if it writes more between two starts. */
  logBytesMax: 8 * 1024 * 1024,
  /** This much of a log's end is read to find its last lines. */
  logTailBytesMax: 16 * 1024,
  /** A message shows this many of a log's last lines. */
  logTailLinesMax: 10,
  /** The longest wait for the end of a process after KILL. The kernel ends a process at once, unless it is in uninterruptible sleep. */
  killMsMax: 5_000,
  /** A message shows at most this many letters of a command line. */
  commandLettersMax: 120,
} as const;

/** How long the launcher waits before it starts an ended process again. */
export const restartLimits = {
  /** The waits after the first, second, … end in a row. The last wait repeats: a broken process costs one start every 5 s, and a repaired one is back soon. */
  delaysMs: [100, 500, 1_000, 2_000, 5_000],
  /** A process that ran this long is stable: its next end counts as the first. */
  stableMs: 30_000,
  /** From this many ends in a row the process is shown as failed. */
  failedEndsMin: 3,
} as const;
