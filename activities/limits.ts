/** Limits and times of the activities. Each name contains its unit, and each comment gives the reason. */

/**
 * The time between two heartbeats of an activity. The shortest heartbeat timeout that workflows set is 6 s, so two heartbeats may be late. An
 * activity learns of its cancellation with a heartbeat.
 */
export const heartbeatMs = 2_000;

/** The time between two heartbeats of the looks at the daemons, of which the workflow allows two to be late. Each is a write of the server. */
export const lookHeartbeatMs = 10_000;

/** Watching jobs. */
export const watchLimits = {
  /** The watcher waits this long before it looks at the node, so that jobs that start or end together share one look. */
  gatherMs: 20,
  /** A failure keeps at most this many characters from the end of a job's stderr, because ledgers and histories store each failure several times. */
  stderrCharsMax: 2_000,
  /** Of a job that is ended while it runs, this many bytes from the end of each log are read. A look reads the logs of a job that has ended. */
  runningLogBytesMax: 4_096,
} as const;

/** Watching the processes of command daemons. */
export const daemonWatchLimits = {
  /** A node that has not answered for this long is what is unwell. A shorter silence is a lost connection that is opened again. */
  unseenMs: 15_000,
  /** A health quotes at most this many characters of what a check printed. */
  quoteCharsMax: 200,
} as const;

/** Starting the processes of command daemons together. */
export const startTogetherLimits = {
  /** So many processes start on a node at the same time. A start runs a dozen short programs, and more at a time would only wait for the node's processors. */
  atOnce: 4,
  /** The manager of the daemons waits for the starts, and passes no message on meanwhile. A start takes less than a second. */
  msMax: 5_000,
} as const;

/** Accepting outputs. */
export const acceptLimits = {
  /** The time limit of a pipeline's `verify` command. The command reads all outputs of one job, which takes minutes at most. */
  verifyMsMax: 10 * 60_000,
  /** A failure quotes at most this many characters, taken from the end of what the verify command printed. */
  quoteCharsMax: 500,
  /**
   * The outcome of a job lists the files that its item declares, and further files up to this many bytes of JSON. The other files are counted. The
   * outcome crosses Temporal several times and stays in the ledger.
   */
  listedBytesMax: 16 * 1024,
} as const;

/** Programs that the gateway runs on a node. */
export const nodeCommandLimits = {
  /** The time limit of `pwd` and `test`. These commands take milliseconds; the limit leaves room for a node under heavy load. */
  shortMsMax: 10_000,
  /** A look for Node.js on a node starts each program that it finds, and each takes less than a second also under load. */
  findNodeMsMax: 30_000,
  /** A node waits at most this long for the server to accept a connection. */
  reachMsMax: 5_000,
  /** The time limit of the command that shuts a node down. Such a command asks the system and returns. */
  shutdownMsMax: 30_000,
  /** The time limit of starting the resident worker. A start takes seconds; the limit leaves room for a node under heavy load. */
  startWorkerMsMax: 30_000,
} as const;

/**
 * An unfinished copy of a payload is removed when it is this old. Making a copy takes minutes at most, so the gateway that made an older copy has
 * died.
 */
export const leftoverAgeMs = 3_600_000;

/** Requests of the ledger to Temporal. */
export const temporalLimits = {
  /** The ledger starts at most this many job workflows at the same time. */
  startsMax: 16,
  /** The ledger sends at most this many describe requests at the same time. Each request asks whether one workflow is closed. */
  describesMax: 16,
} as const;

/** A refusal names at most this many unknown ids. */
export const idsShownMax = 5;

/**
 * One reply about items has about this many bytes at most. A record of an evaluation item has up to 64 KiB, so 40 of them would be more than Temporal
 * carries.
 */
export const itemsReplyBytesMax = 512 * 1024;

/** A subscriber of events that nothing wakes looks for new ones at this interval, for example after the event log was restored. A look takes 0.1 ms. */
export const deliveryLookMs = 5_000;

/**
 * A step of the delivery hangs when this many looks in a row find it under way while no handler works. Without its handlers, a step takes milliseconds. The
 * looks are counted, so a blocked event loop counts once.
 */
export const deliveryHang = { lookMs: 250, looks: 8 } as const;

/** The looks at the daemons that rest. */
export const lookLimits = {
  /** The looks that are due begin once in this time. */
  tickMs: 1_000,
  /** A round that hangs is left behind, so that the next one can begin. At most this many rounds of a daemon are left behind in a process. */
  leftBehindMax: 8,
  /** The manager of the daemons waits this long for a first round. The workflow of a daemon whose round takes longer waits for the end of the round. */
  firstRoundMsMax: 1_000,
} as const;

/** The time between two reads of the copies that a look awaits. A read takes 0.1 ms. */
export const copiesPollMs = 25;
