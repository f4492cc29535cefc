/** Limits of `src/telemetry`. */

/** Log lines that a full disk refuses are kept up to this many bytes, and written when there is room again. Later lines are dropped. */
export const unwrittenLogBytesMax = 256 * 1024;
