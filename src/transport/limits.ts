/**
 * Limits of the transport. Each name has its unit, and each comment has the reason. A number that a protocol defines is not a limit of ours, so it
 * stays in the file that implements the protocol.
 */

const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;
const minuteMs = 60_000;

/** Connections and commands over SSH. */
export const sshLimits = {
  /**
   * The most connections to one sshd that are not logged in yet. A default sshd (MaxStartups 10:30:100) begins to drop such connections when 10 are
   * open. In a measurement with 600 connections, none was dropped with up to 7 at a time, and two with 8 at a time. Connections of other clients
   * count as well.
   */
  unfinishedConnectsMax: 5,
  /** The most requests that wait to connect to one sshd. One process never makes this many requests. The limit only bounds the memory. */
  connectsWaitingMax: 10_000,
  /**
   * The longest that a request waits for its turn to connect. Within this time four other connections can reach `connectMsMax` one after the other.
   */
  connectWaitMsMax: 20_000,
  /** Time limit of a connection by npm ssh2: TCP, key exchange and login. With a round trip of 50 ms these take 0.3 s. */
  connectMsMax: 5_000,
  /** Time limit of a connection by the system's ssh. It is longer than `connectMsMax` because a jump host needs a connection of its own. */
  masterConnectMsMax: 8_000,
  /** ConnectTimeout of the system's ssh, so that ssh itself reports a host that does not reply. The option takes whole seconds only. */
  connectSeconds: 5,
  /** The wait after the first failed connection attempt. The wait doubles with each further failure. */
  backoffMsFirst: 100,
  /** The longest wait after a failed connection attempt. A node that returns is noticed after this wait at the latest. */
  backoffMsMax: 2_000,

  /** The interval of the keepalives of npm ssh2. A peer that stops replying is noticed after `keepaliveMissesMax` + 1 intervals, which is 4.8 s. */
  keepaliveMs: 1_200,
  keepaliveMissesMax: 3,
  /** The interval of a master's keepalives. A peer that stops replying is noticed after 5 s. The option of ssh takes whole seconds only. */
  masterKeepaliveSeconds: 1,
  masterKeepaliveMissesMax: 4,
  /**
   * The interval of the keepalives of the ssh that rsync and tar use. A peer that stops replying is noticed after 8 s. An interrupted transfer can
   * resume, so a lost connection need not be noticed sooner.
   */
  transferKeepaliveSeconds: 2,
  transferKeepaliveMissesMax: 3,

  /**
   * The most sessions at a time on one connection. A default sshd allows 10, but a session counts there until a moment after the client sees its end.
   * In a measurement, no new session was refused with 5 at a time, and 4 of 240 were refused with 6 at a time.
   */
  sessionsMax: 5,
  /** The most of the sessions on one connection that long commands may take. A short command thus always finds a free session. */
  longSessionsMax: 3,
  /** A command whose time limit is longer than this is a long command. An example is the check of a large tree. */
  longCommandMsMin: minuteMs,
  /** The most commands that wait for a session on one node. */
  commandsWaitingMax: 2_000,
  /** The longest that a command waits for a session. A command whose own time limit is shorter waits only for its own limit. */
  sessionWaitMsMax: minuteMs,
  /**
   * The most attempts to open a session when sshd has no free session. After attempt n there is a pause of n × `reopenPauseMs`, so all attempts take
   * 1.35 s.
   */
  reopenAttemptsMax: 10,
  reopenPauseMs: 30,

  /** Time limit of the question to the login shell for its name. */
  loginShellMsMax: 5_000,
  /** Time limit of `ssh -G`, which can be slow because it runs the `Match exec` commands of the operator's configuration. */
  resolveMsMax: 10_000,
  /** Time limit of `ssh-add -L`. An agent replies at once unless it is broken. */
  agentMsMax: 2_000,
  /** Time limit of entering proxy mode. The master is on this machine, so a master that takes longer is taken to hang. */
  proxyHandshakeMsMax: 5_000,
  /** The longest wait for the last lines of an ssh that has failed and ended. A child of that ssh can keep the pipe open for longer. */
  lastStderrMsMax: 300,
  /** The most output of `ssh -v` that is kept. The cause of a failure is in the last lines. */
  masterStderrBytesMax: 64 * kibibyte,
  /** A master without a client ends after this time. So the masters of a killed process end soon. */
  masterPersistSeconds: 30,
  /**
   * A control connection of rsync and tar ends after this time without a transfer. The copies of one sync follow each other within seconds, so they
   * share a connection.
   */
  controlPersistSeconds: 60,
  /** Time limit of `ssh -O exit`. */
  masterExitMsMax: 5_000,
  /** Time limit of an orderly end of an ssh2 connection. When the time is up, the socket is destroyed. */
  closeMsMax: 1_000,
  /** The most listeners on one ssh2 client before Node prints a warning. Each running command has one listener. */
  clientListenersMax: 50,
} as const;

/** A failure quotes at most this much of a program's stderr. The last lines are quoted, because they contain the cause. */
export const quoteLimits = { linesMax: 4, charsMax: 600 } as const;

/** Copies of trees and files. */
export const copyLimits = {
  /**
   * The largest file that is sent over the connection that is already open. A larger file is sent by rsync, which can resume, or as a stream, which
   * cannot.
   */
  inlineBytesMax: 8 * mebibyte,
  /** A tree with at least this many unread bytes is sent while its sums are computed. For a smaller tree the sums are computed first. */
  overlapBytesMin: 8 * mebibyte,
  /** Time limit of a short script on the node, such as a script that makes a folder or looks for a file. */
  scriptMsMax: 30_000,
  /** Time limit of a script that reads one file on the node to check its sum. */
  fileCheckMsMax: 10 * minuteMs,
  /** Time limit of a script that reads a whole tree on the node to check or list its sums. */
  treeCheckMsMax: 30 * minuteMs,
  /** The largest manifest that a node may send. A manifest has about 100 bytes for each file. */
  manifestBytesMax: 256 * mebibyte,
  /** The number of versions of a pushed tree that stay on the node. A running job may still read a version that is no longer current. */
  pushedVersionsKept: 4,
  /** The number of versions of a pulled tree that stay at home. A reader may still have files of the previous version open. */
  pulledVersionsKept: 2,
  /** rsync gives up when no byte has been transferred for this long. */
  rsyncSilentSecondsMax: 60,
  /** The most stderr of rsync and tar that is kept. The cause of a failure is in the last lines. */
  stderrCharsMax: 4_000,
  /** The most bad files whose names a failure lists. */
  badFilesShownMax: 5,
  /** The number of files that each sha256sum process reads, and the number of these processes that run at a time. */
  sumBatchFiles: 200,
  sumProcessesMax: 2,
  /** The most sums of files at home that this process remembers. Before it would remember more, it forgets all of them. */
  sumsKeptMax: 100_000,
  /**
   * The sum of a file is remembered only if the file was at least this old when it was read. A younger file can change again and keep its time,
   * because the clock of a file system advances only every 4 to 10 ms.
   */
  settledMs: 50,
} as const;

/** Limits of our programs on a node, and of any program that `Machine.run` runs there. */
export const commandLimits = {
  /** Time limit of a program whose work does not grow with the size of files. A node under heavy load can keep this limit. */
  shortMsMax: 20_000,
  /** Time limit of a probe. A node that takes longer counts as a node that does not reply. */
  probeMsMax: 5_000,
  /** Time limit of killing the processes that an aborted command left on the node. */
  killMsMax: 3_000,
  /** The most that is kept of each output stream of a command. A command can set a limit of its own. */
  outputBytesMax: mebibyte,
  /** The most that a failure quotes of the end of a program's stderr. */
  stderrCharsMax: 500,
} as const;

/** Jobs on a node. */
export const jobLimits = {
  /** Time limit of reading all output files of a job for their sums. It is the same as the limit for a tree. */
  manifestMsMax: 30 * minuteMs,
  /** The largest manifest.json that is read. It has room for 10,000 files with long names, and for the result. */
  manifestBytesMax: 4 * mebibyte,
  /** The most files in a manifest. */
  manifestFilesMax: 10_000,
  /** The largest result in a manifest. The ledger stores it with the item. */
  resultBytesMax: 64 * kibibyte,
  /** The most output of one look at many jobs. The output has the tail of each job, and a line for each output file of each running job. */
  lookBytesMax: 32 * mebibyte,
  /** A look at a job returns at most this much of the end of its stdout. There is room for four lines of `lineCharsMax` letters. */
  tailBytesMax: 8 * kibibyte,
  /** The most characters that are shown of a job's last line. */
  lineCharsMax: 2_000,
} as const;
