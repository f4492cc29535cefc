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
   * At most this many connections to one sshd may be open before their login has finished. A default sshd (MaxStartups 10:30:100) begins to drop such
   * connections when 10 are open. In a measurement with 600 connections, none was dropped with up to 7 at a time, and two with 8 at a time.
   * Connections of other clients count as well.
   */
  unfinishedConnectsMax: 5,
  /** At most this many requests wait to connect to one sshd. One process never makes this many requests. The limit only bounds the memory. */
  connectsWaitingMax: 10_000,
  /**
   * A request waits at most this long for its turn to connect. Within this time four other logins can reach `loginMsMax` one after the other.
   */
  connectWaitMsMax: 80_000,
  /**
   * A TCP connection must be open within this time, unless the user's ConnectTimeout or the cluster file gives more. A host that takes longer is away:
   * a connection takes one round trip.
   */
  tcpMsMax: 5_000,
  /**
   * A login must end within this time, unless the user's ConnectTimeout or the cluster file gives more. The time covers TCP, key exchange and login,
   * which take 0.3 s with a round trip of 50 ms. Hosts that ask a directory service take 6 to 15 s. The start-up files of a login, which can load
   * modules for seconds, have the same time again.
   */
  loginMsMax: 20_000,
  /** ssh itself ends a login that takes longer than its ConnectTimeout. It is killed when it has not done so after this time more. */
  masterMarginMs: 3_000,
  /** The wait after the first failed connection attempt. The wait doubles with each further failure. */
  backoffMsFirst: 100,
  /** After a failed connection attempt the wait is at most this long. A node that returns is noticed after this wait at the latest. */
  backoffMsMax: 2_000,
  /**
   * The same for a login that the host refused. A person must act before it can succeed, and hosts lock out a client that is refused often
   * (PerSourcePenalties, fail2ban).
   */
  refusedBackoffMsMax: 30_000,

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
   * One connection has at most this many sessions at a time. A default sshd allows 10, but sshd still counts a session for a moment after the client
   * sees its end. In a measurement, no new session was refused with 5 at a time, and 4 of 240 were refused with 6 at a time.
   */
  sessionsMax: 5,
  /** Long commands may take at most this many of the sessions on one connection. A short command thus always finds a free session. */
  longSessionsMax: 3,
  /** A command whose time limit is longer than this is a long command. An example is the check of a large tree. */
  longCommandMsMin: minuteMs,
  /** At most this many commands wait for a session on one node. */
  commandsWaitingMax: 2_000,
  /** A command waits at most this long for a session. A command whose own time limit is shorter waits only for its own limit. */
  sessionWaitMsMax: minuteMs,
  /**
   * When sshd has no free session, a command makes at most this many attempts to open one. After attempt n there is a pause of n × `reopenPauseMs`,
   * so all attempts take 1.35 s.
   */
  reopenAttemptsMax: 10,
  /**
   * After this many attempts, when sessions of ours are open, the server is taken to allow one session fewer than we tried. Before that a session of
   * ours may only have ended a moment ago.
   */
  reopenAttemptsBeforeLearning: 4,
  reopenPauseMs: 30,

  /** `ssh -G` must end within this time. It can be slow because it runs the `Match exec` commands of the operator's configuration. */
  resolveMsMax: 10_000,
  /** The same for a failure, whose sentence names a host or a line of the configuration. This process waits for it and does nothing else. */
  placeMsMax: 2_000,
  /** A failure waits this long for the address of a name. Without a name server a look-up takes as long as the system allows. */
  lookUpMsMax: 5_000,
  /** `ssh-add -L` must end within this time. An agent replies at once unless it is broken. */
  agentMsMax: 2_000,
  /** `ssh-keygen` must have read an identity file within this time. The file can lie on a network drive. */
  keyMsMax: 5_000,
  /** The master must enter proxy mode within this time. The master is on this machine, so a master that takes longer counts as hung. */
  proxyHandshakeMsMax: 5_000,
  /**
   * When an ssh has failed and ended, we wait at most this long for the last lines of its stderr. A child of that ssh can keep the pipe open for
   * longer.
   */
  lastStderrMsMax: 300,
  /** At most this many bytes of the output of `ssh -v` are kept. The cause of a failure is in the last lines. */
  masterStderrBytesMax: 64 * kibibyte,
  /** A master without a client ends after this time. So the masters of a killed process end soon. */
  masterPersistSeconds: 30,
  /**
   * A control connection of rsync and tar ends after this time without a transfer. The copies of one sync follow each other within seconds, so they
   * share a connection.
   */
  controlPersistSeconds: 60,
  /** `ssh -O exit` and `ssh -O stop` must end within this time. */
  masterExitMsMax: 5_000,
  /** An ssh2 connection must close in an orderly way within this time. Otherwise its socket is destroyed. */
  closeMsMax: 1_000,
  /** One ssh2 client may have at most this many listeners before Node prints a warning. Each running command has one listener. */
  clientListenersMax: 50,
} as const;

/** The tunnel by which a node's own worker reaches the Temporal server at home. */
export const tunnelLimits = {
  /** sshd must reply to the request for a tunnel within this time. It only opens a port. */
  forwardMsMax: 10_000,
  /**
   * A tunnel carries at most this many connections at a time. A worker has two. Every user of the node can open more, and each takes memory here.
   */
  connectionsMax: 16,
  /** A tunnel that did not carry a connection is shown as full for this long. */
  fullShownMs: minuteMs,
} as const;

/** The limits of what a login prints and does before and after our program. */
export const loginLimits = {
  /** At most this many bytes of what a login prints before our program are kept. They are quoted for a person. */
  noiseBytesKept: 2 * kibibyte,
  /** A login may print at most this many bytes before our program. A login that prints more has a start-up file that does not end. */
  noiseBytesMax: 4 * mebibyte,
  /** A note about such output quotes at most this many characters of it. */
  noiseCharsMax: 80,
  /** A start-up file may read at most this many lines of the standard input. More than a question and its answer is not in such a file. */
  linesReadMax: 16,
  /**
   * A session is closed this long after our program has ended. A process that a start-up file of the login left running can hold the session open for
   * ever.
   */
  lingerMsMax: 1_000,
  /**
   * When the login has ended and the end line of our program is missing, the session is closed after this time without output. sshd can report the
   * end of a login before the last output. A connection that is silent for longer than this is lost in any case (`keepaliveMs`).
   */
  drainMsMax: 5_000,
} as const;

/** A failure quotes at most this many lines and characters of a program's stderr. It quotes the last lines, because they contain the cause. */
export const quoteLimits = { linesMax: 4, charsMax: 600 } as const;

/** Copies of trees and files. */
export const copyLimits = {
  /**
   * A file of at most this size is sent over the connection that is already open. A larger file is sent by rsync, which can resume, or as a stream,
   * which cannot.
   */
  inlineBytesMax: 8 * mebibyte,
  /**
   * When at least this many bytes of a tree must be read for checksums, the tree is sent while they are computed. For a smaller tree they are
   * computed first.
   */
  overlapBytesMin: 8 * mebibyte,
  /** A part of this size that is all zeros becomes a hole in the copy of a file that has holes. */
  holeBytes: 64 * kibibyte,
  /** A short script on the node, such as a script that makes a folder or looks for a file, must end within this time. */
  scriptMsMax: 30_000,
  /** A script that reads one file on the node to verify its checksum must end within this time. */
  fileCheckMsMax: 10 * minuteMs,
  /** A script that reads a whole tree on the node to verify or list its checksums must end within this time. */
  treeCheckMsMax: 30 * minuteMs,
  /** A node may send a manifest of at most this size. A manifest has about 100 bytes for each file. */
  manifestBytesMax: 256 * mebibyte,
  /** The node keeps this many versions of a pushed tree. A running job may still read a version that is no longer current. */
  pushedVersionsKept: 4,
  /** Home keeps this many versions of a pulled tree. A reader may still have files of the previous version open. */
  pulledVersionsKept: 2,
  /** rsync gives up when no byte has been transferred for this long, and so does a stream from a node. */
  rsyncSilentSecondsMax: 60,
  /** At most this many characters of the stderr of rsync and tar are kept. The cause of a failure is in the last lines. */
  stderrCharsMax: 4_000,
  /** A failure lists the names of at most this many bad files. */
  badFilesShownMax: 5,
  /** Each sha256sum process reads at most `sumBatchFiles` files, and at most `sumProcessesMax` of these processes run at a time. */
  sumBatchFiles: 200,
  sumProcessesMax: 2,
  /** When sha256sum has printed nothing for this long, the entries that it may be reading are looked at again. */
  sumQuietMs: 2_000,
  /**
   * This process remembers the checksums of at most this many files at home. When one more would exceed this number, the process first forgets all of
   * them.
   */
  sumsKeptMax: 100_000,
  /**
   * The checksum of a file is remembered only if the file's last change was at least this long ago when the file was read. A file that changed later
   * than that can change again without a new timestamp, because the clock of a file system advances only every 4 to 10 ms.
   */
  settledMs: 50,
} as const;

/** Trees: payloads, datasets and replicas. */
export const treeLimits = {
  /**
   * The path of a file below its tree has at most this many bytes. Linux allows 4,096 bytes for a whole path. The rest is for the node's folder, the
   * replica and the version.
   */
  pathBytesMax: 3_072,
  /** This many entries of a tree are looked at, copied or changed at a time. More requests than this only wait for Node's four threads. */
  stepsAtOnceMax: 64,
  /** A link that leads over more links than this leads back to itself. The limit is the kernel's. */
  linksFollowedMax: 40,
  /** A hidden file in a dataset of a node that nothing has changed for this long is no longer being written. */
  arrivingSecondsMax: 5,
  /** A tree that changed while it was copied is copied at most this many times in a row. A tree that changes longer has a writer that does not end. */
  changedCopiesMax: 3,
} as const;

/** Limits of our programs on a node, and of any program that `Machine.run` runs there. */
/** A secret has at most this many bytes. A larger file was named by mistake. */
export const secretBytesMax = 64 * 1024;

export const commandLimits = {
  /** A resident worker that has written no beat for this long counts as gone, and is killed and started again. It beats every 5 s. */
  workerSilentSecondsMax: 30,
  /** This much of the end of the log of a worker is read after its end. It holds the message of an error and the frames behind it. */
  workerLogBytesRead: 4_096,
  /**
   * A program whose work does not grow with the size of files must end within this time. Even on a node under heavy load such a program needs less
   * time.
   */
  shortMsMax: 20_000,
  /** Removing everything that is ours from a node must end within this time. A disk of games and models can have millions of files. */
  purgeMsMax: 2 * minuteMs,
  /** A probe must end within this time. A node that takes longer counts as a node that does not reply. */
  probeMsMax: 5_000,
  /** The program that kills the processes of an aborted command on the node must end within this time. */
  killMsMax: 3_000,
  /** Of each output stream of a command, at most this many bytes are kept. A command can set a limit of its own. */
  outputBytesMax: mebibyte,
  /** A failure quotes at most this many characters from the end of a program's stderr. */
  stderrCharsMax: 500,
} as const;

/** Jobs on a node. */
export const jobLimits = {
  /** The program that reads all output files of a job for their checksums must end within this time. The limit is the same as for a tree. */
  manifestMsMax: 30 * minuteMs,
  /** A manifest.json of at most this size is read. This leaves room for 10,000 files with long names, and for the result. */
  manifestBytesMax: 4 * mebibyte,
  /** A manifest may list at most this many files. */
  manifestFilesMax: 10_000,
  /** The result in a manifest may have at most this many bytes. The ledger stores it with the item. */
  resultBytesMax: 64 * kibibyte,
  /** One look at many jobs may print at most this many bytes. A look that prints more counts as a failed look. */
  lookBytesMax: 32 * mebibyte,
  /**
   * Of this many bytes of stdout, a look gives each job the same share. The limit leaves room in `lookBytesMax` for a blank before each line, which doubles
   * a text of empty lines, and for the ends of the two logs of each job that has ended.
   */
  lookTextBytesMax: 7 * mebibyte,
  /**
   * A look at a job prints at most this many new bytes of the job's stdout. From a program that writes more between two looks, the middle is left
   * out.
   */
  textBytesMax: 64 * kibibyte,
  /**
   * A job's output files are counted about this often: n files every n / `filesASecondMax` seconds, and at least once a minute. So the counting costs
   * the node at most about 2 % of a core for each job.
   */
  filesASecondMax: 2_000,
  /**
   * One look names at most this many jobs. Over ssh all its words are part of one argument, Linux allows 128 KiB for one argument, and a job takes up to
   * 340 bytes: its folder, its mark and a number.
   */
  lookJobsMax: 250,
  /** At most this many characters of a job's last line are shown. */
  lineCharsMax: 2_000,
} as const;
