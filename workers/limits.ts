/** Limits of the worker processes, the launcher and the embedded Temporal server. Each name has its unit, each comment the reason. */

/** Worker processes of Temporal. `docs/decisions/0003-worker-tuning.md` has the measurements. */
export const workerLimits = {
  /** A stop lets running activities finish for this time. Activities that need longer are cancelled, and their next try continues. */
  shutdownGraceMs: 2_000,
  /** A worker that does not stop in this time is ended anyway. */
  shutdownMsMax: 4_000,
  /** Heartbeats reach the server at most this often. The heartbeat of a watch is also how the watch learns that it is cancelled. */
  heartbeatThrottleSeconds: 2,
  /** The number of open polls on one activity queue. It is set so that the SDK does not derive it from the size of the heap. */
  activityPollsMax: 4,

  /** The most workflows in the memory of control. A workflow that is dropped is replayed from its history at its next task. */
  cachedWorkflowsMax: 500,
  workflowTasksMax: 40,
  /** When control dies, its workflow tasks go to the next control after this time. Temporal's default is 10 s. */
  stickyQueueSeconds: 1,

  /** The most activities at a time. SQLite has one writer, so the ledger gains nothing from more. */
  ledgerSlots: 16,
  /** Each running job has one watching activity, so at most this many jobs can run through one gateway. */
  gatewaySlots: 400,
  /** The sweep has slots of its own, so that a full gateway is never mistaken for dead nodes. */
  gatewayProbeSlots: 4,
  /** A node runs fewer jobs than this, so slots are left for starts, stops and copies. */
  nodeSlots: 64,
  nodeProbeSlots: 2,

  /** A worker tries to connect for half a minute, because the server may just be starting. */
  connectTriesMax: 60,
  connectPauseMs: 500,

  /** Progress of jobs is reported at most this often, because the server stores each report until the namespace's retention ends. */
  progressMs: 3_000,
  /** The most jobs whose last progress is remembered. When a job is forgotten, its progress is sent once more. */
  progressJobsMax: 10_000,
  /** A progress report that waits longer is dropped: a newer one follows. */
  progressSecondsMax: 5,
  /** A resident worker that does not reply within this time counts as silent. */
  residentReplySecondsMax: 3,
  /** The thread for games ends after this time without work. Starting another takes about 60 ms. */
  gameThreadIdleMs: 60_000,
} as const;

/** The launcher, `up` and `down`. */
export const launcherLimits = {
  /** Time limit of `up` until everything runs. It is long enough for the first start of the server on a slow disk. */
  upMsMax: 60_000,
  /** Time limit of the command `leave`, by which an old launcher ends without its children when the configuration changes. */
  leaveMsMax: 20_000,
  /** The wait between two questions for the launcher's status during `up`. */
  upPollMs: 50,
  /** Time limit in which a launcher in the foreground must open its socket. */
  foregroundSocketMsMax: 1_000,
  /** Time limit of a stop by the launcher. It stops workers, nodes, server and sshds one after the other, each within its own limit. */
  stopMsMax: 120_000,
  /** The launcher replies to `stop` just before it ends. */
  launcherEndMsMax: 10_000,
  /** Time limit of taking the socket after the launcher was killed: the kernel may accept connections for a dead process a moment longer. */
  takeSocketMsMax: 5_000,

  /** The launcher replies to `status` from its memory. A launcher that needs longer hangs. */
  statusMsMax: 5_000,
  /** sun_path has 108 bytes, including the zero at its end. */
  socketPathBytesMax: 100,
  /** A request is one short line. */
  requestBytesMax: 1_024,
  /** Closing the socket waits this long for clients that keep their side open. */
  closeSocketMsMax: 200,
  /** Attempts to take the socket while stale sockets and locks are removed, and the pause between two. */
  takeSocketTriesMax: 100,
  takeSocketPauseMs: 20,

  /** The wait between two looks at a running child (has it ended?) and at a starting child (is it ready?). */
  childEndPollMs: 100,
  childReadyPollMs: 25,

  /** The time between TERM and KILL. A worker first lets its activities finish. */
  workerGraceMs: 15_000,
  /** The Temporal server writes its database. */
  serverGraceMs: 10_000,
  sshdGraceMs: 3_000,
  /** A process that its parent left behind has nothing to finish. */
  strayGraceMs: 2_000,
  /** A job is stopped and played again later, so it gets little time. */
  jobGraceMs: 3_000,
  /** Time limit of stopping everything on one node. A node that does not reply is reported by name. */
  nodeStopMsMax: 15_000,
  machineCloseMsMax: 1_000,
  /** Time limit of an sshd that is started once more to reach the jobs of a practice node. */
  sshdStartMsMax: 3_000,
} as const;

/** The Temporal server. */
export const serverLimits = {
  connectSecondsMax: 3,
  /** Time limit of making the namespace ready. It is longer than `namespaceVisibleMsMax`, which is a part of it. */
  prepareMsMax: 40_000,
  preparePauseMs: 250,
  /** The server's other parts know a new namespace only when they refresh their cache, which they do every 10 s. */
  namespaceVisibleMsMax: 30_000,
  namespaceVisiblePollMs: 250,
  /** Time limit of `temporal --version`, which takes 0.2 s. */
  versionMsMax: 10_000,
} as const;
