/**
 * The registry of ledgers: one row for each SQLite file. To add a ledger, write its schema and its class in a new file, and add a row here. Paths,
 * opening, `quick_check`, the read model and `doctor` all read this table.
 */
import { Alerts, alertsSchema } from '../alert/alerts.ts';
import { EventLog, eventLogSchema } from '../event/event-log.ts';
import { gameStoreSchema, GameStore } from '../game/game-store.ts';
import { resourceStateSchema, ResourceState } from '../node/resource-state.ts';
import { closedJobsSchema, ClosedJobs } from '../queue/closed-jobs.ts';
import { workQueueSchema } from '../queue/work-queue-rows.ts';
import { openWorkQueue } from '../queue/work-queue.ts';
import { ratingsSchema } from '../rating/ratings-rows.ts';
import { Ratings } from '../rating/ratings.ts';
import { syncHistorySchema, SyncHistory } from '../sync/sync-history.ts';
import { alertsFileLimits, backupLimits, eventLogFileLimits, ledgerFileLimits, type LedgerFileLimits, resourceStateFileLimits } from '../limits.ts';
import type { Ledger, LedgerSchema } from './open-ledger.ts';

interface LedgerRow {
  /** The path under the state folder. The runbooks name this path. */
  readonly path: string;
  /** The name and the migrations. Failures show the name to people. */
  readonly schema: LedgerSchema;
  readonly limits: LedgerFileLimits;
  /** Returns the object through which the ledger worker changes the open file. */
  readonly open: (ledger: Ledger) => { close: () => void };
  /** The ledger worker copies the file only into a backup when its newest copy has this age. Absent: into each backup. */
  readonly copiedEveryMs?: number;
  /** True for a ledger without which the ledger worker works on. The part that uses it opens it. */
  readonly isOpenedLater?: true;
  /** True for a ledger that goes on through a restore of the others, because it says what happened since the backup. */
  readonly goesOn?: true;
}

/** The ledgers are opened in this order, and `doctor` prints its lines in this order. */
export const ledgerRegistry = {
  queue: { path: 'data/work_queue.db', schema: workQueueSchema, limits: ledgerFileLimits, open: openWorkQueue },
  tasks: { path: 'data/coordination/tasks.db', schema: closedJobsSchema, limits: ledgerFileLimits, open: (ledger: Ledger) => new ClosedJobs(ledger) },
  resources: {
    path: 'data/coordination/resource_state.db',
    schema: resourceStateSchema,
    limits: resourceStateFileLimits,
    open: (ledger: Ledger) => new ResourceState(ledger),
  },
  alerts: { path: 'data/coordination/alerts.db', schema: alertsSchema, limits: alertsFileLimits, open: (ledger: Ledger) => new Alerts(ledger) },
  syncs: { path: 'data/sync_history.db', schema: syncHistorySchema, limits: ledgerFileLimits, open: (ledger: Ledger) => new SyncHistory(ledger) },
  ratings: { path: 'data/elo.db', schema: ratingsSchema, limits: ledgerFileLimits, open: (ledger: Ledger) => new Ratings(ledger) },
  events: {
    path: 'data/coordination/events.db',
    schema: eventLogSchema,
    limits: eventLogFileLimits,
    open: (ledger: Ledger) => new EventLog(ledger),
    copiedEveryMs: backupLimits.logCopyEveryMs,
    isOpenedLater: true,
    goesOn: true,
  },
  games: { path: 'data/games/selfplay.db', schema: gameStoreSchema, limits: ledgerFileLimits, open: (ledger: Ledger) => new GameStore(ledger) },
} as const satisfies Readonly<Record<string, LedgerRow>>;

export type LedgerKey = keyof typeof ledgerRegistry;
export type OpenedLedger<Key extends LedgerKey> = ReturnType<(typeof ledgerRegistry)[Key]['open']>;

/** Calls `make` for each ledger, in the order of the registry, and returns the results by the ledger's key. */
export const forEachLedger = <Made>(make: (key: LedgerKey) => Made): Readonly<Record<LedgerKey, Made>> =>
  Object.fromEntries((Object.keys(ledgerRegistry) as LedgerKey[]).map((key) => [key, make(key)])) as Record<LedgerKey, Made>;

/** Returns whether a restore that does not name the ledger leaves it as it is. */
export const goesOnThroughRestore = (key: LedgerKey): boolean => 'goesOn' in ledgerRegistry[key];

/** A ledger that is opened when the ledger worker starts. */
export type EarlyLedgerKey = {
  [Key in LedgerKey]: (typeof ledgerRegistry)[Key] extends { readonly isOpenedLater: true } ? never : Key;
}[LedgerKey];
export const earlyLedgers = (Object.keys(ledgerRegistry) as LedgerKey[]).filter(
  (key): key is EarlyLedgerKey => !('isOpenedLater' in ledgerRegistry[key]),
);
