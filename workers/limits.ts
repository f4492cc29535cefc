/** Limits of the worker processes, the launcher and the embedded Temporal server. Each name has its unit, and each comment has the reason. */

/** Limits of the worker processes of Temporal. `docs/decisions/0003-worker-tuning.md` has the measurements. */
export const workerLimits = {
  /** A stopping worker lets running activities finish for this long. Activities that take longer are cancelled, and their next try continues. */
  shutdownGraceMs: 2_000,
  /** A worker that has not stopped after this time is ended by force. */
  shutdownMsMax: 4_000,
  /**
   * At least this much time passes between two heartbeats to the server. The reply to a heartbeat also informs a watching activity of its
   * cancellation.
   */
  heartbeatThrottleSeconds: 2,
  /**
   * A worker has this many open polls on one activity queue. The number is set here because the SDK would otherwise derive it from the size of the
   * heap.
   */
  activityPollsMax: 4,

  /** Control keeps at most this many workflows in memory. A workflow that is dropped is replayed from its history at its next task. */
  cachedWorkflowsMax: 500,
  workflowTasksMax: 40,
  /** When control dies, its workflow tasks go to the next control process after this time. Temporal's default is 10 s. */
  stickyQueueSeconds: 1,

  /** The ledger runs at most this many activities at a time. SQLite has one writer, so more activities at a time would gain nothing. */
  ledgerSlots: 16,
  /** Each running job has one watching activity, so at most this many jobs can run through one gateway. */
  gatewaySlots: 400,
  /** The sweep has this many slots of its own, so that a full gateway is never mistaken for dead nodes. */
  gatewayProbeSlots: 4,
  /**
   * A node's worker runs at most this many activities at a time. Each running job and each command daemon has one watching activity, and a node has at
   * most 1,024 slots. Some activities must stay free for starts and stops: a start that finds none goes to the gateway after four seconds.
   */
  nodeSlots: 1_200,
  nodeProbeSlots: 2,

  /** A worker tries to connect for half a minute, because the server may just be starting. */
  connectTriesMax: 60,
  connectPauseMs: 500,
  /**
   * Control waits at most this long for the processes that it needs. They start with control. Temporal waits as long for a process that takes the activity
   * of a daemon.
   */
  othersReadyMsMax: 10_000,
  /** A ready file that the disk refuses is tried again after this time. */
  readyFilePauseMs: 1_000,

  /**
   * The progress of jobs is reported at most once per interval of this length, because the server stores each report until the namespace's retention
   * ends.
   */
  progressMs: 3_000,
  /** The last progress of at most this many jobs is remembered. When a job is forgotten, its progress is sent once more. */
  progressJobsMax: 10_000,
  /** A progress report that waits longer than this is dropped, because a newer report follows. */
  progressSecondsMax: 5,
  /** A node's worker writes its beat at this interval, well below `workerSilentSecondsMax` of the transport. */
  nodeBeatMs: 5_000,
  /** A longer log of a node's worker is moved aside, so that the log and the one before it take at most about twice this much of the node's disk. */
  nodeLogBytesMax: 8 * 1024 * 1024,
  /** The relay of a node's worker looks this often for a new tunnel. A look reads one small file. */
  relayLookMs: 1_000,
  /** The relay carries at most this many connections at a time. The worker has two, and every user of the node can make more. */
  relayConnectionsMax: 16,
  /** A resident worker that does not reply within this time counts as silent. */
  residentReplySecondsMax: 3,
  /** The thread for games ends after this time without work. A new thread takes about 60 ms to start. */
  gameThreadIdleMs: 60_000,

  /** Two steps of the pump are at least this far apart, so that ten steps a second carry any load. A step takes about 2 ms. */
  eventGapMs: 100,
  /** The pump looks for events of other processes, and tries again after a failure, at this interval. A look at empty outboxes takes 0.1 ms. */
  eventLookMs: 2_000,
  /** The ledger worker looks whether a backup is due this long after its start, so that a start of the cluster stays fast. */
  firstBackupMs: 10_000,
  /** The next look is at most this far away, because the clock may be set, and a person may make a backup. */
  backupLookMs: 60_000,
  /** After a failed backup the next try waits this long. A full disk seldom has room again in less time. */
  backupRetryMs: 600_000,
  /** The end of the ledger worker waits at most this long for the thread of a duty. */
  dutyEndMsMax: 3_000,
} as const;

/** The launcher, `up` and `down`. */
export const launcherLimits = {
  /** The event about a changed cluster file names at most this many changes. A person reads no more, and the file has them all. */
  changesRecordedMax: 20,
  /** `up` waits at most this long until everything runs. The time is long enough for the first start of the server on a slow disk. */
  upMsMax: 60_000,
  /**
   * The command `leave` must be done within this time. When the configuration changes, this command ends the old launcher and leaves its children
   * running.
   */
  leaveMsMax: 20_000,
  /** The launcher looks this often whether the output of a process is too large. */
  outputLookMs: 10_000,
  /**
   * A node's folder must be cleared within this time, so that a node that hangs does not keep `down --purge`. All nodes are cleared at the same time.
   */
  nodePurgeMsMax: 130_000,
  /** `up` waits this long between two requests for the launcher's status. */
  upPollMs: 50,
  /** A launcher in the foreground must open its socket within this time. */
  foregroundSocketMsMax: 1_000,
  /**
   * After the command `stop` the launcher must reply within this time. The launcher stops workers, nodes, server and sshds one after the other, each
   * within its own limit.
   */
  stopMsMax: 120_000,
  /** The launcher must end within this time after its reply to `stop`. The launcher replies just before it ends. */
  launcherEndMsMax: 10_000,
  /**
   * After the launcher was killed, its socket must be taken over within this time. The kernel may accept connections for the dead process a moment
   * longer.
   */
  takeSocketMsMax: 5_000,

  /**
   * The launcher must reply to `status` within this time. The reply comes from the launcher's memory, so a launcher that takes longer counts as hung.
   */
  statusMsMax: 5_000,
  /** A launcher that takes longer counts as hung for the status that a person waits for. */
  lookMsMax: 3_000,
  /** The path of a socket has at most this many bytes. The field `sun_path` of a socket address has 108 bytes, including the zero at its end. */
  socketPathBytesMax: 100,
  /** A request to the launcher has at most this many bytes, because it is one short line. */
  requestBytesMax: 1_024,
  /** The launcher looks at this interval whether the list of clusters still has its own. */
  knownLookMs: 5_000,
  /** The process that holds a socket looks at this interval whether its file is still there, and makes the file again. */
  socketLookMs: 1_000,
  /** Closing the socket waits this long for clients that keep their side open. */
  closeSocketMsMax: 200,
  /**
   * While stale sockets and locks are removed, the launcher makes at most `takeSocketTriesMax` attempts to take the socket, with a pause of
   * `takeSocketPauseMs` between two attempts.
   */
  takeSocketTriesMax: 100,
  takeSocketPauseMs: 20,

  /**
   * The launcher checks at these intervals whether a running child has ended (`childEndPollMs`) and whether a starting child is ready
   * (`childReadyPollMs`).
   */
  childEndPollMs: 100,
  childReadyPollMs: 25,

  /** A file of the launcher that could not be written is tried again after this time. */
  rewriteMs: 1_000,
  /** The launcher looks for signs of life of its running children at this interval. */
  beatLookMs: 5_000,
  /**
   * A worker that shows no sign of life for this long is killed and started again. A worker beats every 2 s, so this is fifteen missed beats: no
   * statement on a ledger and no busy machine keeps an event loop that long.
   */
  workerSilentMsMax: 30_000,
  /** The launcher looks at this interval whether a signal has stopped one of its running children. The look reads one file of the kernel. */
  stopLookMs: 1_000,
  /** A child that a signal has stopped for this long is killed and started again. A person who stops a process to look at it uses a debugger. */
  stoppedMsMax: 5_000,
  /** The Temporal server that replies to no request for this long is killed and started again. A slow disk can delay single replies by seconds. */
  serverSilentMsMax: 60_000,
  /** The server must reply to one request within this time. */
  serverReplyMsMax: 5_000,

  /** A worker has this much time between TERM and KILL, so that its activities can finish. */
  workerGraceMs: 15_000,
  /** The Temporal server has this much time between TERM and KILL, so that it can write its database. */
  serverGraceMs: 10_000,
  sshdGraceMs: 3_000,
  /** A process that its parent left behind has this much time between TERM and KILL. Such a process has nothing to finish. */
  strayGraceMs: 2_000,
  /** A job has this much time between TERM and KILL. The time is short, because a stopped job runs again later. */
  jobGraceMs: 3_000,
  /** Everything on one node must stop within this time. A node that does not reply is reported by name. */
  nodeStopMsMax: 15_000,
  machineCloseMsMax: 1_000,
  /** When the sshd of a practice node has ended, it must start again within this time, so that the node's jobs can be reached. */
  sshdStartMsMax: 3_000,
} as const;

/** The Temporal server. */
export const serverLimits = {
  /** The server caches the states of at most this many workflows, of about 20 KB each. A cluster has fewer open workflows than this. */
  cachedWorkflowsMax: 4_096,
  connectSecondsMax: 3,
  /** The host of a server's address must resolve within this time, or it is taken for a host elsewhere. */
  resolveMsMax: 2_000,
  /** The namespace must be ready within this time. The time includes the wait of `namespaceVisibleMsMax`, so it is longer than that wait. */
  prepareMsMax: 40_000,
  preparePauseMs: 250,
  /**
   * We wait at most this long until all parts of the server know a new namespace. Each part learns of the namespace when it refreshes its cache,
   * every 10 s.
   */
  namespaceVisibleMsMax: 30_000,
  namespaceVisiblePollMs: 250,
  /** `temporal --version` must end within this time. It takes 0.2 s. */
  versionMsMax: 10_000,
} as const;

/** Control's watch over the standing workflows. */
export const keeperLimits = {
  /** A round that failed, for example because the server did not reply, is repeated after this time. */
  retryMs: 5_000,
  /** The server must accept or refuse one start within this time. */
  startMsMax: 5_000,
  /** The list of running workflows is read in pages of this size, and up to this size. A cluster has fewer nodes and pipelines than this. */
  listPageRows: 1_000,
  listRowsMax: 5_000,
  /** Control waits at most this long for the first looks of a new cluster. On a busy machine they come two seconds after the workers poll. */
  firstLooksMsMax: 5_000,
  /** Control reads the ledger at this interval for the first looks. A read takes some milliseconds, and the processor has the daemons to start. */
  firstLooksPollMs: 100,
  /** Control looks at this interval whether each daemon has its workflow. A daemon whose workflow was ended then runs again within five seconds. */
  daemonLookMs: 1_000,
  /** Control lists the workflows of the daemons at least this often. One that is gone and one too many together leave the count as it was. */
  daemonCompareMs: 30_000,
  /** For this time, `status` and `doctor` show that a workflow was gone and was started again. */
  startedAgainShownMs: 3_600_000,
  /** Control compares the machine's clock with a steady clock at this interval. */
  clockLookMs: 5_000,
  /** A difference of this size is a step of the clock. A clock that is only slewed drifts by less than a millisecond a second. */
  clockStepMsMin: 2_000,
  /** The newest of these are remembered, at most this many. */
  startedAgainMax: 20,
} as const;

/** A round of a daemon waits this long for a look at a folder. It is less than the time after which the round hangs. */
export const treeLookWaitMs = 2_000;

/** The gateway's door for logs. */
export const logDoorLimits = {
  /** At most this much of a log, from its end, is read from a node. People read the end of a log first. */
  bytesMax: 256 * 1024,
  /** The gateway reads at most this many logs at a time, so that reading logs cannot use up the sessions of a node. */
  readsMax: 4,
  /** A log must come within this time. A node that is away would otherwise hold the request for ever. */
  readMsMax: 15_000,
  /** A request to the door has at most this many bytes, because it is one short line. */
  requestBytesMax: 1_024,
} as const;

/** `ringmaster payload try`. */
export const tryLimits = {
  /** A trial asks for at most this many games. Few games show every fault of the form. */
  gamesMax: 4,
  /** The number of the first game, and the index of the first pair. They are not 0, so that a payload that counts by itself is found. */
  firstGame: 3,
  firstPair: 5,
  /** A trial looks at its program this often. The end of the program ends the wait. */
  lookMs: 100,
  graceMs: 1_000,
  /** A trial reads this much of what a program wrote. */
  logBytesMax: 256 * 1024,
  /** A trial shows this many of the last lines of stderr. They have the end of a traceback. */
  linesShownMax: 6,
} as const;
