/** Limits of `src/telemetry`. */

/** Log lines that a full disk refuses are kept up to this many bytes, and written when there is room again. Later lines are dropped. */
export const unwrittenLogBytesMax = 256 * 1024;

/** A process writes its metrics this often. Prometheus reads them every 15 s by default. */
export const metricsFileMs = 10_000;
/** Metrics of a process that are older are not shown, because the process has ended or hangs. */
export const metricsAgeMsMax = 60_000;
