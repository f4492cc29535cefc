import type { LedgerActivities } from './by-queue.ts';

/**
 * How long an activity of the ledger may take. It decides the activity's timeouts (`workflows/isolate/activities.ts`) and whether the ledger worker
 * sends heartbeats for it: it does so for all but `statement`.
 */
export type LedgerPace =
  /** A few statements of SQLite. */
  | 'statement'
  /** Starts the workflows of up to fifty jobs. */
  | 'starts-jobs'
  /** Reads or writes the games of a whole turn, in a thread. */
  | 'long';

export const ledgerPace = {
  enqueue: 'statement',
  claim: 'starts-jobs',
  beginJob: 'statement',
  progressJobs: 'statement',
  closeJob: 'starts-jobs',
  foldersOf: 'statement',
  foldersGone: 'statement',
  cancelItems: 'statement',
  items: 'statement',
  reconcileClaims: 'statement',
  populate: 'statement',
  recordSync: 'statement',
  consolidate: 'long',
  gamesAway: 'long',
  replayGames: 'long',
  exportTrainingSet: 'long',
  beginTurn: 'statement',
  registerModel: 'statement',
  allocateOpenings: 'statement',
  promote: 'statement',
  recordStage: 'statement',
  recordNodes: 'statement',
  wishNode: 'statement',
} as const satisfies Readonly<Record<keyof LedgerActivities, LedgerPace>>;

/** The activities of one pace. */
export type PacedLedgerActivities<Pace extends LedgerPace> = Pick<
  LedgerActivities,
  { [Name in keyof LedgerActivities]: (typeof ledgerPace)[Name] extends Pace ? Name : never }[keyof LedgerActivities]
>;
