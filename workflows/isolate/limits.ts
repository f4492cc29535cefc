/** The limits of workflows. Durations that start a timer are part of recorded histories: a change of one needs a new recording. */
import { replacementsMax } from '../../src/domain/limits.ts';

/** The dispatcher continues as new at this history length, so that a replay after a restart takes milliseconds. */
export const dispatcherHistoryEventsMax = 600;
/** How often the dispatcher asks Temporal which open jobs have closed without a signal. */
export const reconcileMs = 60_000;
/** Closed jobs that the dispatcher remembers: some seconds' worth. A job that is forgotten too early holds its slots until the next reconciliation. */
export const closedJobsMax = 200;

/** Commands in one tidying, each for a hundred folders. Folders beyond that wait for the next tidying. */
export const tidyCommandsMax = 10;
/** Sweeps in one run of `nodes`: a few minutes of history, so that a replay after a restart is short. */
export const sweepsMax = 12;
/** One sweep returns after this time even without a new verdict, so that the read model is at most this old. */
export const sweepMsMax = 15_000;

/** A pipeline pauses after this many failed turns in a row: a further try would fail in the same way. */
export const failedTurnsMax = 3;
/** A pipeline continues as new after this many turns. */
export const turnsPerRunMax = 5;
/** An entity rests this long after an error, so that a lasting fault does not fill its history. */
export const restAfterErrorMs = 10_000;

/** Processes get this long between SIGTERM and SIGKILL. */
export const stopGraceMs = 5_000;
/** A job that ends within this time never becomes `running` in the ledger, which saves one activity. */
export const shortJobMs = 1_000;

/** How long `gather` waits for the games of a node. A killed gateway, server or connection is back long before. */
export const bringHomeMs = 180_000;
/** How often `gather` checks meanwhile whether a node was declared lost. Then there is nothing to wait for. */
export const lostNodeCheckMs = 15_000;
/** How long `distribute` waits for slow or absent nodes. Their syncs continue after that. */
export const distributeMs = 60_000;
/** Evaluation items that are pending or running at one time. More pairs follow as these close. */
export const openEvaluationItemsMax = 24;
/** Each round of `gather` uses one replacement of each missing item; one more round covers what an earlier run of the stage left open. */
export const gatherRoundsMax = replacementsMax + 2;
/** Rounds of `self-play`: each round replaces the items that closed without completing. */
export const selfPlayRoundsMax = 4;
/** Runs of one sync workflow. More `again` signals than this within one workflow are a defect of the caller. */
export const syncRunsMax = 50;

/** How often a workflow reads the ledger for items whose closing signal was lost. */
export const ownedItemsCheckMs = 30_000;
/** How often a parent checks whether another workflow with its child's id has ended, and how many times: an hour in all. */
export const childBusyCheckMs = 5_000;
export const childBusyChecksMax = 720;
