/** Limits of `src/telemetry`. */

export const logFileLimits = {
  /** A log that has reached this size is renamed. */
  bytesMax: 8 * 1024 * 1024,
  /** A log that is this old is renamed. */
  fileMsMax: 24 * 3_600_000,
  /** Of the renamed files of a log, the newest are kept up to this number. A log is renamed once a day at least, so this is about a week. */
  renamedMax: 7,
  /** A writer looks this often whether its log is too large, was renamed or was removed. */
  lookMs: 1_000,
} as const;
/** A process looks this often at the levels that an operator set. */
export const levelsLookMs = 1_000;
/** A shorter value is not hidden in logs, because it stands in other words too. */
export const secretLettersMin = 6;
/** `ringmaster logs` reads at most this many bytes at the end of each file, and a follower looks this often for new lines. */
export const logReadBytesMax = 32 * 1024 * 1024;
export const logFollowMs = 500;

/** Before a process writes its metrics for the first time, at most this many measures wait. */
export const waitingMeasuresMax = 10_000;
/** A process writes its metrics this often. Prometheus reads them every 15 s by default. */
export const metricsFileMs = 10_000;
/** Metrics of a process that are older are not shown, because the process has ended or hangs. */
export const metricsAgeMsMax = 60_000;
