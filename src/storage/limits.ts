/** Limits and times of the storage. Each name contains its unit, and each comment gives the reason. */

import { forgetJobsMax } from '../domain/limits.ts';

/** Limits of one SQLite file that is open for writing. */
export interface LedgerFileLimits {
  readonly busyTimeoutMs: number;
  readonly checkOnOpenBytesMax: number;
  readonly pagesMax: number;
  readonly walPages: number;
  readonly cacheKiB: number;
}

/** These limits apply to every ledger whose row in the registry names no other limits. */
export const ledgerFileLimits: LedgerFileLimits = {
  /** A writer waits this long for another writer. Only the ledger worker writes, so a longer wait means that a person has opened the file. */
  busyTimeoutMs: 2_000,
  /** A file up to this size is checked when it is opened (about 0.3 s). A thread checks a larger file while the ledger is in use. */
  checkOnOpenBytesMax: 64 * 1024 * 1024,
  /** A file has at most this many pages of 4 KiB: 32 GiB. A change that needs more fails as `ledger.disk-full`. */
  pagesMax: 8 * 1024 * 1024,
  /**
   * SQLite moves the write-ahead log into the file when the log has this many pages (16 MiB). Only this move needs an fsync, so a longer log means
   * fewer fsyncs.
   */
  walPages: 4_000,
  /** The page cache of one open file has this size. A cache of this size holds the indexes of about 100,000 items. */
  cacheKiB: 32 * 1024,
};

/**
 * Every daemon writes `resource_state.db`. A wait for its lock holds up the thread that sends the heartbeats of EVENT_ROUTER, which must come within 3 s. A
 * longer wait made a lock look like the death of the ledger worker. Temporal or the daemon repeats the change.
 */
export const resourceStateFileLimits: LedgerFileLimits = { ...ledgerFileLimits, busyTimeoutMs: 250 };

const dayMs = 24 * 3_600_000;

/** Limits of what the ledgers hold. */
export const ledgerLimits = {
  /** The queue has at most this many pending items, and refuses more as `queue.full`. This is ten times the longest queue that was tried. */
  pendingItemsMax: 1_000_000,
  /** At most this many changes share one transaction. They take about 2 ms together, so a claim never waits long behind them. */
  batchMax: 32,
  /** One reply names at most this many folders of closed jobs. One command on the node removes all of them. */
  foldersMax: forgetJobsMax,
  /** The search for a defect of a stage reads at most this many of the newest closed jobs, which takes a few milliseconds. */
  stageTriesSeenMax: 2_000,
  /** The folder of a failed try stays on its node this long, for people to read. */
  failedFolderMs: 7 * dayMs,
  /** A line of a games file has at most this size. Each line is one game, and the ledger stores the whole line. */
  gameBytesMax: 256 * 1024,
  /** A games file has at most this size. The whole file is read into one string, and V8 has no string above 512 Mi characters. */
  gamesFileBytesMax: 256 * 1024 * 1024,
  /** The read model shows at most this many set-aside files of a pipeline. The newest are enough to find the cause. */
  setAsideShownMax: 10,
  /**
   * A match reads at most this many pending items of each shape (slots and labels). One reply holds at most 50 items. The other 10 make up for items
   * that avoid a node.
   */
  candidatesPerShapeMax: 60,
  /**
   * The ledger keeps at most this many wishes for nodes that the cluster file no longer names, and deletes the oldest first. A cluster has fewer
   * nodes than this.
   */
  absentNodesMax: 1_000,
  /**
   * The ledger keeps at most this many transitions of nodes. A node that appears and disappears every minute makes about 6,000 a day. 200,000 rows
   * take about 40 MB.
   */
  nodeChangesMax: 200_000,
  /** Rows of daemons at most, those of daemons that left the catalogue included. */
  daemonsMax: 1_000,
  /** A transition is kept for this long, because people investigate incidents for up to a quarter of a year. */
  nodeChangesMsMax: 90 * dayMs,
  /** A line of evidence has at most this many characters. A failure's sentence, with its causes, fits into this length. */
  evidenceCharsMax: 1_000,
  /**
   * The ledger keeps at most this many stages of all turns together. A turn has about ten stages, so these are the stages of 20,000 turns and take
   * about 40 MB.
   */
  stagesMax: 200_000,
  /** A stage is kept for this long, because people compare durations over a year. */
  stagesMsMax: 365 * dayMs,
  /**
   * The ledger keeps at most this many summaries of closed tries. Each takes about 400 bytes, so all of them take 2 GB of the 32 GB that the file may
   * have.
   */
  closedJobsMax: 5_000_000,
  /** A summary is kept for this long. Transitions of nodes have the same limit, so that both histories cover the same time. */
  closedJobsMsMax: 90 * dayMs,
  /** A sync is kept for this long. A node with ten syncs a day adds 2 MB a year. */
  syncsMsMax: 365 * dayMs,
  /** The ledger keeps the last part of the logs of at most this many tries. Each takes at most 8 KiB by default, so all of them take 160 MB. */
  logsMax: 20_000,
  /** The last part of a log is kept for this long. */
  logsMsMax: 30 * dayMs,
  /**
   * Old summaries are deleted only after this many new ones, so that most closes need no deletion. One deletion may remove more summaries than this.
   */
  closedJobsPruneEvery: 50,
  /** One transaction deletes at most this many rows, in under 1 ms. A transaction adds fewer rows than this. */
  pruneRowsMax: 200,
  /** One reply of the read model has at most this many rows. */
  listRowsMax: 1_000,
  /** Whether other nodes complete the same work is decided from this many closed jobs at most, which takes under 1 ms. */
  completedLatelyMax: 200,
  /** A job that completed longer ago than this says nothing about whether its work can be done today. */
  worksElsewhereMs: 3_600_000,
  /** A match reads this many candidates more than there are free slots, because some candidates may have to avoid the free node. */
  candidatesSpare: 8,
  /** A refusal names at most this many items of each shape, as examples. */
  shapeItemsShownMax: 3,
  /** A refusal names at most this many faults of items. */
  faultsShownMax: 5,
  /**
   * One page of an export has at most this many games. The whole page is in memory: usually 1 MiB, and 128 MiB if all its lines have the greatest
   * length.
   */
  gamesPageRows: 500,
} as const;

/** Limits and times of reading and checking ledgers. */
export const readLimits = {
  /** A reader waits at most this long for a lock, so that the status stays fast. In WAL mode a reader rarely has to wait for a lock. */
  busyTimeoutMs: 250,
  /** A list has at most this many rows when its caller gives no limit. */
  listRowsDefault: 50,
  /** The status shows this many closed jobs and syncs, and a node shows this many transitions. A person reads only the newest ones. */
  recentRowsMax: 20,
  /** The status shows at most this many open jobs. A person cannot read more on one page. */
  openJobsShownMax: 200,
  /** The status shows at most this many models. The newest matter most. */
  modelsShownMax: 50,
  /** A reader gets at most this many stages of one turn. A turn has about ten stages, or more when games were played again or the turn ran again. */
  stagesShownMax: 100,
  /** `up` looks at this many of the newest completed items of a node that leaves the cluster. They cover the window of every usual pipeline. */
  leavingItemsMax: 5_000,
  /** `quick_check` waits at most this long for a lock. The check runs in a thread, so no other work waits for it. */
  checkBusyTimeoutMs: 5_000,
  /** `quick_check` reports at most this many faults. Only the first is shown, so the check can stop early. */
  checkFaultsMax: 3,
  /** A check reads the whole file, so its result is kept for this long and returned again. */
  checkFreshMs: 10_000,
  /** `doctor` waits this long for the checks. During its first weeks a cluster has small files, and checking them takes less than this. */
  checkWaitMs: 2_000,
} as const;

/** Limits of what is kept at home. */
export const retentionLimits = {
  /** A blob that is not finished after this long was left behind by a process that died. Writing a blob takes minutes at most. */
  unfinishedMsMax: dayMs,
  /** One transaction removes at most this many items or games, in about 5 ms. Claims wait for no more than one of them. */
  removalRowsMax: 200,
  /** One run removes at most this many items, and this many games. A busy cluster of 300 nodes adds 1,800 items and 36,000 games an hour. */
  removedPerRunMax: 100_000,
  /** The pause between two transactions of a removal. A run that removes as much as it may then takes about ten seconds. */
  removalPauseMs: 10,
  /** The removal time is stored this often. A process that dies loses no more of it. */
  removalTimeStoredEveryMs: 60_000,
} as const;

/** Limits of backups. */
export const backupLimits = {
  /** The event log is in the first backup of about each day. A copy in each of 24 hourly backups would take 7 GB. */
  logCopyEveryMs: 23 * 3_600_000,
  /** One step of a copy moves this many pages (4 MiB), so that the thread can be ended between two steps. */
  pagesPerStep: 1_000,
  /** The digest of a copy is computed from pieces of this size. */
  readBytes: 1024 * 1024,
  /** A backup leaves at least this much space free, because the ledgers, the server and the games of a turn use the same disk. */
  freeBytesKept: 512 * 1024 * 1024,
} as const;

/** Limits of events. */
export const eventLimits = {
  /**
   * An outbox holds at most this many events (about 50 MB). It empties within a second, unless the event log cannot be written. A full outbox counts
   * further events instead of holding them, and the log later says how many are missing.
   */
  outboxEventsMax: 100_000,
  /** A ledger remembers at most this many stories. A story that was not continued while so many others were has ended. */
  causesMax: 10_000,
  /** Items of one kind, turn and owner share an event for this time. Ten items a second then make 8,640 events a day. */
  queuedShareMs: 10_000,
  /** One step of the pump moves at most this many events of each outbox. Appending them takes about 20 ms, and no claim waits longer than that. */
  pumpEventsMax: 500,
  /** An append looks at this many old events at least, so that a quiet log also shrinks. */
  removedMin: 50,
  /** The sentence of an event that this release does not know is at most this much of its payload. */
  rawTextCharsMax: 300,
  /** A name that no event is about is compared with at most this many names. */
  thingsComparedMax: 1_000,
  /** The spool holds at most this many events. A cluster that is started and stopped makes a few a day. */
  spoolEventsMax: 1_000,
  /** A delivery has at most this many new events, and looks at this many positions for them. Reading them takes about 5 ms. */
  deliveredMax: 500,
  /** The first delivery of a process has this many. A quick one is followed by a larger one, and a delivery over `batchMsMax` by a smaller one. */
  deliveredMin: 16,
  batchMsMax: 1_000,
  positionsScannedMax: 5_000,
  /** At most this many retried events of a subscriber are tried at a time. New events come between two such rounds. */
  dueMax: 20,
  /** A subscriber with this many retried events gets no new ones until some are done or dead. Each row takes about 1 KB. */
  retriedMax: 1_000,
  /** A subscriber keeps this many dead letters. The oldest goes when another comes, and the log says so. */
  deadMax: 1_000,
  /** At most one event a minute says that events were skipped. */
  skipsSaidEveryMs: 60_000,
  /** The number of events that wait for a subscriber is counted up to this. Counting them takes about 5 ms. */
  lagCountedMax: 10_000,
  /** `event trace` shows at most this many events. A person cannot follow more. */
  traceEventsMax: 200,
} as const;

/** A writer of the event log waits only this long for a lock, because claims wait for it. Events wait in the outboxes, and lose nothing. */
export const eventLogFileLimits: LedgerFileLimits = {
  ...ledgerFileLimits,
  busyTimeoutMs: 20,
  /** A larger file is checked in a thread, because the ledger worker opens the log again while it works. */
  checkOnOpenBytesMax: 4 * 1024 * 1024,
  /** 8 GiB: the log has a limit of events that is reached long before. */
  pagesMax: 2 * 1024 * 1024,
};

/** Limits of the ledger of alerts. */
export const alertLimits = {
  /** The ledger keeps at most this many alerts that are over. The event log has the others. */
  endedMax: 1_000,
  /** The ledger keeps at most this many deliveries that have ended, and those from which the next ones follow. */
  deliveriesMax: 1_000,
} as const;

/** A round of ALERT_MANAGER writes the ledger of alerts. A long wait for its lock would hold up the heartbeats of EVENT_ROUTER. */
export const alertsFileLimits: LedgerFileLimits = { ...ledgerFileLimits, busyTimeoutMs: 250, cacheKiB: 1_024 };
