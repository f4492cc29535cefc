/** Limits and times of the activities. Each name has its unit, each comment the reason. */

/**
 * The time between two heartbeats of an activity. The shortest heartbeat timeout that workflows set is 6 s, so two heartbeats may be late. An activity learns
 * of its cancellation with a heartbeat.
 */
export const heartbeatMs = 2_000;

/** Watching jobs. */
export const watchLimits = {
  /** The watcher waits this long before a look, so that jobs that start or end together share one look. */
  gatherMs: 20,
  /** The most that a failure keeps of the end of a job's stderr. A failure must stay small enough for the history of its workflow. */
  stderrBytesMax: 2_000,
} as const;

/** Accepting outputs. */
export const acceptLimits = {
  /** Time limit of a pipeline's `verify` command. It reads all outputs of one job, which takes minutes at most. */
  verifyMsMax: 10 * 60_000,
  /** The most that a failure quotes of the end of what the verify command printed. */
  quoteCharsMax: 500,
} as const;

/** Programs of the gateway on a node. */
export const nodeCommandLimits = {
  /** Time limit of `pwd` and `test`. They take milliseconds; the rest is for a node under heavy load. */
  shortMsMax: 10_000,
  /** Time limit of starting the resident worker. It takes seconds; the rest is for a node under heavy load. */
  startWorkerMsMax: 30_000,
} as const;

/** A copy of a payload that was not finished is removed after this time. A gateway that died left it behind: a copy takes minutes at most. */
export const leftoverAgeMs = 3_600_000;

/** Requests of the ledger to Temporal. */
export const temporalLimits = {
  /** The most starts of job workflows at a time. */
  startsMax: 16,
  /** The most describe requests at a time. Each asks whether a workflow is closed. */
  describesMax: 16,
} as const;

/** The most unknown ids that a refusal names. */
export const idsShownMax = 5;
