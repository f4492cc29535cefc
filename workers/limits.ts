/** Limits of the worker processes, the launcher and the embedded Temporal server. Each name has its unit, and each comment has the reason. */

/** Limits of the worker processes of Temporal. `docs/decisions/0003-worker-tuning.md` has the measurements. */
export const workerLimits = {
  /** A stopping worker lets running activities finish for this long. Activities that take longer are cancelled, and their next try continues. */
  shutdownGraceMs: 2_000,
  /** A worker that has not stopped within this time is ended anyway. */
  shutdownMsMax: 4_000,
  /** The shortest time between two heartbeats to the server. The reply to a heartbeat also tells a watch that it is cancelled. */
  heartbeatThrottleSeconds: 2,
  /** The number of open polls on one activity queue. The number is set so that the SDK does not derive it from the size of the heap. */
  activityPollsMax: 4,

  /** The most workflows that control keeps in memory. A workflow that is dropped is replayed from its history at its next task. */
  cachedWorkflowsMax: 500,
  workflowTasksMax: 40,
  /** When control dies, its workflow tasks go to the next control process after this time. Temporal's default is 10 s. */
  stickyQueueSeconds: 1,

  /** The most activities that the ledger runs at a time. SQLite has one writer, so more would gain nothing. */
  ledgerSlots: 16,
  /** Each running job has one watching activity, so at most this many jobs can run through one gateway. */
  gatewaySlots: 400,
  /** The sweep has slots of its own, so that a full gateway is never mistaken for dead nodes. */
  gatewayProbeSlots: 4,
  /** The most activities of a node's worker at a time. A node runs fewer jobs than this, so slots are left for starts, stops and copies. */
  nodeSlots: 64,
  nodeProbeSlots: 2,

  /** A worker tries to connect for half a minute, because the server may just be starting. */
  connectTriesMax: 60,
  connectPauseMs: 500,

  /** The progress of jobs is reported at most once in this time, because the server stores each report until the namespace's retention ends. */
  progressMs: 3_000,
  /** The most jobs whose last progress is remembered. When a job is forgotten, its progress is sent once more. */
  progressJobsMax: 10_000,
  /** A progress report that waits longer than this is dropped, because a newer report follows. */
  progressSecondsMax: 5,
  /** A resident worker that does not reply within this time counts as silent. */
  residentReplySecondsMax: 3,
  /** The thread for games ends after this time without work. A new thread takes about 60 ms to start. */
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
  /** Time limit for a launcher in the foreground to open its socket. */
  foregroundSocketMsMax: 1_000,
  /** Time limit of a stop by the launcher. The launcher stops workers, nodes, server and sshds one after the other, each within its own limit. */
  stopMsMax: 120_000,
  /** Time limit of the launcher's end after its reply to `stop`. The launcher replies just before it ends. */
  launcherEndMsMax: 10_000,
  /** Time limit of taking the socket after the launcher was killed. The kernel may accept connections for the dead process a moment longer. */
  takeSocketMsMax: 5_000,

  /** Time limit of the launcher's reply to `status`, which comes from its memory. A launcher that takes longer is taken to hang. */
  statusMsMax: 5_000,
  /** The longest path of a socket. `sun_path` of a socket address has 108 bytes, including the zero at its end. */
  socketPathBytesMax: 100,
  /** A request is one short line. */
  requestBytesMax: 1_024,
  /** Closing the socket waits this long for clients that keep their side open. */
  closeSocketMsMax: 200,
  /** The number of attempts to take the socket while stale sockets and locks are removed, and the pause between two attempts. */
  takeSocketTriesMax: 100,
  takeSocketPauseMs: 20,

  /** The wait between two checks of whether a running child has ended, and the wait between two checks of whether a starting child is ready. */
  childEndPollMs: 100,
  childReadyPollMs: 25,

  /** The time that a worker has between TERM and KILL. It first lets its activities finish. */
  workerGraceMs: 15_000,
  /** The Temporal server writes its database. */
  serverGraceMs: 10_000,
  sshdGraceMs: 3_000,
  /** The grace of a process that its parent left behind. Such a process has nothing to finish. */
  strayGraceMs: 2_000,
  /** The grace of a job. It is short, because a stopped job is played again later. */
  jobGraceMs: 3_000,
  /** Time limit of stopping everything on one node. A node that does not reply is reported by name. */
  nodeStopMsMax: 15_000,
  machineCloseMsMax: 1_000,
  /** Time limit of the start of an sshd that must run again to reach the jobs of a practice node. */
  sshdStartMsMax: 3_000,
} as const;

/** The Temporal server. */
export const serverLimits = {
  connectSecondsMax: 3,
  /** Time limit of making the namespace ready. It includes the wait of `namespaceVisibleMsMax`, so it is longer. */
  prepareMsMax: 40_000,
  preparePauseMs: 250,
  /**
   * The longest wait until all parts of the server know a new namespace. Each part learns of it when it refreshes its cache, which happens every 10
   * s.
   */
  namespaceVisibleMsMax: 30_000,
  namespaceVisiblePollMs: 250,
  /** Time limit of `temporal --version`, which takes 0.2 s. */
  versionMsMax: 10_000,
} as const;
