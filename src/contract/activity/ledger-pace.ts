import type { LedgerActivities } from './by-queue.ts';

/**
 * The pace of an activity of the ledger. The pace decides the timeouts of the activity (`workflows/isolate/activities.ts`). The ledger worker sends
 * heartbeats for activities of every pace except `statement`.
 */
export type LedgerPace =
  /** The activity runs a few statements of SQLite. */
  | 'statement'
  /** The activity starts the workflows of up to `assignmentsMax` jobs. */
  | 'starts-jobs'
  /** The activity reads or writes the games of a whole turn, in a worker thread. */
  | 'long'
  /** The activity delivers events for `deliverMsMax`. */
  | 'delivery'
  /** The activity looks at the daemons for `looksMsMax`. */
  | 'looks'
  /** The activity does rounds of the duties of daemons, or records what follows. A failure goes to the workflows of the daemons, which alone repeat the rounds. */
  | 'duty'
  /** The activity is a daemon's round that takes minutes, in a worker thread. A failure goes to the daemon's workflow, which alone repeats it. */
  | 'upkeep';

export const ledgerPace = {
  enqueue: 'statement',
  claim: 'starts-jobs',
  beginJob: 'statement',
  progressJobs: 'statement',
  closeJob: 'starts-jobs',
  foldersOf: 'statement',
  foldersGone: 'statement',
  strayJobs: 'statement',
  cancelItems: 'statement',
  items: 'statement',
  chooseItems: 'statement',
  reconcileClaims: 'statement',
  populate: 'statement',
  recordSync: 'statement',
  noteVersion: 'statement',
  copiesOf: 'statement',
  consolidate: 'long',
  gamesAway: 'long',
  replayGames: 'long',
  exportTrainingSet: 'long',
  pastGames: 'long',
  gameFilesRemoved: 'statement',
  beginTurn: 'statement',
  registerModel: 'statement',
  allocateOpenings: 'statement',
  promote: 'statement',
  recordStage: 'statement',
  recordNodes: 'statement',
  wishNode: 'statement',
  wishPipeline: 'statement',
  deliverEvents: 'delivery',
  steerDelivery: 'statement',
  recordDaemon: 'statement',
  recordDaemons: 'duty',
  beginRounds: 'duty',
  beginProcesses: 'duty',
  readDaemons: 'statement',
  daemonsNotRunning: 'statement',
  wishDaemons: 'statement',
  noteBrake: 'statement',
  noteRound: 'statement',
  workDaemon: 'duty',
  lookAtDaemons: 'looks',
  maintain: 'upkeep',
  reapJob: 'statement',
  ownerlessJobs: 'statement',
  noteReaped: 'statement',
  noteShutdown: 'statement',
  noteShutdownFailure: 'statement',
  gamesReported: 'statement',
  reportGames: 'statement',
  openProcess: 'statement',
  heldProcess: 'statement',
  closeProcess: 'statement',
  adjustValues: 'statement',
  recordAlerts: 'statement',
  nextNotification: 'statement',
  testNotification: 'statement',
  noteNotification: 'statement',
  silenceAlerts: 'statement',
  pauseCluster: 'statement',
  lastNodes: 'statement',
} as const satisfies Readonly<Record<keyof LedgerActivities, LedgerPace>>;

/** The activities of the ledger that have the pace `Pace`. */
export type PacedLedgerActivities<Pace extends LedgerPace> = Pick<
  LedgerActivities,
  { [Name in keyof LedgerActivities]: (typeof ledgerPace)[Name] extends Pace ? Name : never }[keyof LedgerActivities]
>;
