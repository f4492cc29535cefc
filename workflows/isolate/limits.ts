/** The limits of workflows. A duration that starts a timer is part of recorded histories, so a change of the duration needs new recordings. */
import { lateAfterMs, replacementsMax } from '../../src/domain/limits.ts';

/** The dispatcher continues as new at this history length, so that a replay after a restart takes milliseconds. */
export const dispatcherHistoryEventsMax = 600;
/** The dispatcher asks Temporal at this interval which open jobs have closed without a signal. */
export const reconcileMs = 60_000;
/**
 * The dispatcher remembers this many closed jobs, which is enough for the jobs of some seconds. A job that is forgotten too early holds its slots
 * until the next reconciliation.
 */
export const closedJobsMax = 200;

/** One tidying runs at most this many commands, each for a hundred folders. Further folders wait for the next tidying. */
export const tidyCommandsMax = 10;

/** A pipeline continues as new after this many turns. */
export const turnsPerRunMax = 5;
/** A daemon and the manager of the daemons continue as new at this history length, so that a replay after a restart takes milliseconds. */
export const daemonHistoryEventsMax = 400;
/**
 * A daemon and the manager continue as new at this length also while an activity of theirs is open. An activity of the manager takes ten minutes, and the
 * reports of many daemons come meanwhile.
 */
export const openActivityEventsMax = 1_200;
/**
 * A start or an end of the process of a command daemon is tried for this long, and for the grace of its end. After that, the lifecycle of the daemon decides
 * about the next try, so that the state shows a node that does not answer.
 */
export const processStepMs = 60_000;
/** The start of many processes together is tried for this long. After that, the workflows of the daemons start them. */
export const startTogetherMs = 10_000;
/** So many processes are opened and started by one activity, so that what is sent stays small. */
export const startTogetherMax = 40;
/** The looks at the daemons begin again this long after they have ended. */
export const looksRestMs = 10_000;
/** A daemon remembers at most this many changes of its state for a ledger that cannot be written. The oldest are dropped. */
export const unsaidChangesMax = 50;

/** An entity rests this long after an error. Without the rest, a lasting fault would fill the history of the entity. */
export const restAfterErrorMs = 10_000;

/** A process gets this much time between SIGTERM and SIGKILL. */
export const stopGraceMs = 5_000;
/** A job that ends within this time never becomes `running` in the ledger, which saves one activity. */
export const shortJobMs = 1_000;

/** `gather` waits at most this long for the games of a node. A killed gateway, server or connection is back long before that. */
export const bringHomeMs = lateAfterMs;
/** While `gather` waits for the games of a node, it checks at this interval whether the node was declared lost. It does not wait for a lost node. */
export const lostNodeCheckMs = 15_000;
/** `distribute` waits at most this long for slow or absent nodes. Their syncs continue after that. */
export const distributeMs = 60_000;
/** `distribute` looks after this time which nodes have the champion. Each further wait is twice as long, up to `copiesCheckMsMax`. */
export const copiesCheckMs = 250;
export const copiesCheckMsMax = 4_000;
/** At most this many evaluation items are pending or running at the same time. When some of them close, more pairs are enqueued. */
export const openEvaluationItemsMax = 24;
/**
 * `gather` makes at most this many rounds. In the longest case, the first round waits for an item that an earlier run of the stage left open. Each of
 * the next `replacementsMax` rounds plays one replacement. The last round only brings home the games of the last replacement.
 */
export const gatherRoundsMax = replacementsMax + 2;
/** `self-play` makes at most this many rounds. Each round after the first replaces the items that closed without completing. */
export const selfPlayRoundsMax = 4;
/** One sync workflow runs the sync at most this many times. A caller that sends more `again` signals than this to one workflow has a defect. */
export const syncRunsMax = 50;

/** A workflow reads the ledger for items whose closing signal was lost, for the first time after this wait. */
export const ownedItemsCheckMs = 30_000;
/** Each further wait is this share of the whole wait so far, up to `ownedItemsCheckMsMax`. So 30 days of waiting make about 3,000 reads, or 33,000 events. */
export const ownedItemsCheckShare = 0.05;
export const ownedItemsCheckMsMax = 15 * 60_000;
/** A read while waiting asks for at most this many items. The ids of 2,000 items in every read would fill the history of the workflow. */
export const itemsCheckedMax = 100;
/** While another workflow has the id of a child, the parent checks at this interval whether the other workflow has ended. */
export const childBusyCheckMs = 5_000;
/** The parent checks at most this many times, which takes an hour, whether the other workflow has ended. */
export const childBusyChecksMax = 720;

/** A stage fails when this many reads of the ledger in a row do not know an item that it waits for. A ledger that was restored may have lost the item. */
export const unknownReadsMax = 3;

/** A run of `notify` sends at most this many notifications. Each makes about 20 events, with up to 90 KiB of payloads. */
export const notificationsPerRunMax = 20;
