/** Limits of the transport: the unit is in the name, the reason is beside it. A limit that is a protocol's own number stays in the file of the protocol. */

const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;
const minuteMs = 60_000;

/** Connections and commands over SSH. */
export const sshLimits = {
  /**
   * Connections to one sshd that are not logged in yet. A default sshd (MaxStartups 10:30:100) begins to drop such connections when 10 are open.
   * Measured: with up to 7 at a time none of 600 was dropped, with 8 at a time two were. Other clients of that sshd count as well.
   */
  unfinishedConnectsMax: 5,
  /** Requests of this process that may wait to connect to one sshd: far more than one process ever makes. */
  connectsWaitingMax: 10_000,
  /** A request to connect waits this long for others to log in. Four of them that time out one after the other fit in. */
  connectWaitMsMax: 20_000,
  /** TCP, key exchange and login by npm ssh2. A node with a round trip of 50 ms needs 0.3 s. */
  connectMsMax: 5_000,
  /** The same by the system's ssh. A jump host adds a connection of its own. ssh gives up a silent peer sooner, after `connectSeconds`. */
  masterConnectMsMax: 8_000,
  /** ConnectTimeout of the system's ssh, which has whole seconds only. */
  connectSeconds: 5,
  /** After this failure the shell waits before it connects again; the wait doubles with each failure in a row. */
  backoffMsFirst: 100,
  /** The longest such wait. A node that is back is found within this time. */
  backoffMsMax: 2_000,

  /** Keepalives of npm ssh2: a peer that stops answering is noticed after `keepaliveMissesMax` + 1 intervals, 4.8 s. */
  keepaliveMs: 1_200,
  keepaliveMissesMax: 3,
  /** Keepalives of a master: noticed after 5 s. ssh has whole seconds only. */
  masterKeepaliveSeconds: 1,
  masterKeepaliveMissesMax: 4,
  /** Keepalives of rsync's and tar's ssh: noticed after 8 s. A transfer resumes, so it can be more patient than a command. */
  transferKeepaliveSeconds: 2,
  transferKeepaliveMissesMax: 3,

  /**
   * Sessions in use at a time on one connection. A default sshd allows 10, but it frees a session only a moment after the client sees its end.
   * Measured: with 5 in use no new session was refused, with 6 in use 4 of 240 were.
   */
  sessionsMax: 5,
  /** Sessions of these that long commands (checking a large tree) may use, so that a look always finds a free one. */
  longSessionsMax: 3,
  /** A command with a longer limit than this is a long command. */
  longCommandMsMin: minuteMs,
  /** Commands that wait for a session of one node. */
  commandsWaitingMax: 2_000,
  /** A short command waits this long for a session, or its own limit when that is shorter. */
  sessionWaitMsMax: minuteMs,
  /** Attempts to open a session on an sshd that has none free. Attempt n is followed by a pause of n × `reopenPauseMs`: 1.35 s in all. */
  reopenAttemptsMax: 10,
  reopenPauseMs: 30,

  /** Asking the login shell for its name. */
  loginShellMsMax: 5_000,
  /** `ssh -G`: it runs the Match exec commands of the operator's configuration. */
  resolveMsMax: 10_000,
  /** `ssh-add -L`. */
  agentMsMax: 2_000,
  /** Opening the socket of a master that runs: it is on this machine. */
  proxyHandshakeMsMax: 5_000,
  /** A failed ssh has ended; its last lines may still be in the pipe, or a child of it may hold the pipe open. */
  lastStderrMsMax: 300,
  /** Kept of what `ssh -v` writes. The lines that say why it failed come last. */
  masterStderrBytesMax: 64 * kibibyte,
  /** A master whose process was killed ends after this time without a client. */
  masterPersistSeconds: 30,
  /** `ssh -O exit`. */
  masterExitMsMax: 5_000,
  /** A polite end of an ssh2 connection. After this time the socket is destroyed. */
  closeMsMax: 1_000,
  /** Listeners on one ssh2 client before Node warns of a leak. Each command in use has one. */
  clientListenersMax: 50,
} as const;

/** What a failure quotes of a program's stderr: the last lines, because they report the cause. An operator reads them in a terminal. */
export const quoteLimits = { linesMax: 4, charsMax: 600 } as const;

/** Copies of trees and files. */
export const copyLimits = {
  /**
   * A file up to this size goes through the connection that is open anyway. A larger one goes by rsync, which can resume, or as a stream, which cannot.
   */
  inlineBytesMax: 8 * mebibyte,
  /** From this size on, reading the source for its sums takes long enough that it is worth sending at the same time. */
  overlapBytesMin: 8 * mebibyte,
  /** A short script on the node: makes a folder, looks whether a blob is there. */
  scriptMsMax: 30_000,
  /** Reading one file on the node for its sum. */
  fileCheckMsMax: 10 * minuteMs,
  /** Reading a whole tree on the node for its sums. */
  treeCheckMsMax: 30 * minuteMs,
  /** The manifest of a tree on the node: about 100 bytes a file. */
  manifestBytesMax: 256 * mebibyte,
  /** Versions of a pushed tree that stay on the node: jobs may still read one that is no longer current. */
  pushedVersionsKept: 4,
  /** Versions of a pulled tree that stay at home: a reader may still have the one before open. */
  pulledVersionsKept: 2,
  /** rsync gives up when no byte moved for this long. */
  rsyncSilentSecondsMax: 60,
  /** Kept of what rsync and tar write to stderr. The lines that say why it failed come last. */
  stderrCharsMax: 4_000,
  /** Names of bad files that a failure lists. */
  badFilesShownMax: 5,
  /** Files for one sha256sum, and how many of them run at a time. */
  sumBatchFiles: 200,
  sumProcessesMax: 2,
  /** Sums of files at home that this process remembers, about 200 bytes each. */
  sumsKeptMax: 100_000,
  /** A file that changed less than this before it was read may change again without a new time: the clock of a file system ticks every 4 to 10 ms. */
  settledMs: 50,
} as const;
