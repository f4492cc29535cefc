/**
 * Limits and timings of the domain. Each name contains its unit, and each comment gives the reason. A number that is part of a decision's own table
 * stays beside that table.
 */

// Items.

/**
 * One plan of the dispatcher has at most this many matches. So the result of a claim stays far below Temporal's payload limit, and an activity that
 * closes a job at the same time waits only about 2 ms for the claim's transaction.
 */
export const assignmentsMax = 50;
/**
 * An item is replaced at most this many times, for any reason (tries spent, games set aside, a node lost), over all runs of its stage. Each
 * replacement has its item's `attemptsMax` tries. When the item and all its replacements have failed, another replacement would fail too, and a
 * person must look.
 */
export const replacementsMax = 5;
/** An item avoids a node for this long after it failed there. Then any node may take the item, so that it never waits for ever. */
export const avoidMs = 10 * 60_000;
/** The dispatcher waits at least this long for a rest or an avoidance to end, so that it never claims again and again without a change. */
export const againInMsMin = 1_000;
/** An item remembers at most this many nodes on which the item failed, the newest ones, so that the rows of the queue stay small. */
export const failedOnMax = 16;
/**
 * Each further run of a turn that an operator asks for allows `replacementsMax` more replacements, because the operator has mended something. So does each
 * run after an interruption, because the interruption cancelled the items. An item has at most this many in all. A hundred runs of one turn have not mended it.
 */
export const replacementNamesMax = 500;
/** A node or an item has at most this many slots. A larger number is a typing error. */
export const slotsMax = 1_024;
/** An item has at most this many attempts. An item that failed this often will not succeed. */
export const itemAttemptsMax = 100;
/** The time limit of a job is at most this many seconds, which is a year. A larger number is a mistake in the unit. */
export const jobLimitSecondsMax = 31_536_000;
/** A name in a file system has at most this many bytes (NAME_MAX of Linux). */
export const fileNameBytesMax = 255;
/** The id of an item's owner has at most this many characters. The owner is a workflow, and Temporal refuses a longer workflow id. */
export const ownerCharsMax = 1_000;
/** The history of an item has at most this many lines. The oldest lines are dropped, so that the item's row in the queue stays small. */
export const historyLinesMax = 20;
/**
 * A line in the history of an item has at most this many characters. A longer line is cut, so that the item's row stays small. The record of the try
 * has the whole failure.
 */
export const historyLineCharsMax = 400;

/**
 * The owner of an item gets the whole outcome when the outcome has at most this many characters of JSON. Of a larger outcome it gets the part that it
 * needs. The ledger has the whole outcome.
 */
export const closedOutcomeCharsMax = 2_048;
/**
 * An evaluation item has at most this many pairs. A result has at most 64 KiB, and a pair takes up to 60 bytes of it: its index, its opening and two
 * scores.
 */
export const pairsPerItemMax = 1_000;
/** A gate has at most this many pairs. The evaluation hands all its pairs to the promotion in one payload, with about 50 bytes for each. */
export const pairsMax = 20_000;
/** One stage of one turn has at most this many items. The history of the stage's workflow has up to 20 events for each item, and Temporal ends a
 * workflow at 51,200 events.
 */
export const stageItemsMax = 2_000;
/**
 * The JSON of an item without its request has at most this many bytes. The command, the variables and the names of the inputs become one argument of
 * a program on the node, and Linux allows 128 KiB for one argument. The quotes of a login shell can make these words four times as long.
 */
export const specFrameBytesMax = 16 * 1_024;
/** The JSON of an item's request has at most this many bytes. A request for `pairsPerItemMax` pairs fits. It reaches the node on stdin. */
export const requestBytesMax = 48 * 1_024;
/** One call that enqueues, reads or cancels items names at most this many. Their ids have at most 60 KiB. */
export const itemsAtOnceMax = 500;
/** The items of one evaluation have at most this many bytes together. They stand in the history of its workflow, which Temporal ends at 50 MiB. */
export const evaluationBytesMax = 16 * 1_024 * 1_024;
/**
 * All nodes together have at most this many slots. The dispatcher carries its open jobs from run to run in one payload, with up to 230 bytes for
 * each.
 */
export const clusterSlotsMax = 6_000;
/** The labels of all nodes together have at most this many bytes. The sweep's observations of all nodes travel in one payload. */
export const nodeLabelsBytesMax = 256 * 1_024;

// Jobs.

/** A job ends when this many lines in a row on its stdout are not progress. A single such line can be a stray message of a library. */
export const badLinesMax = 3;
/** The time between two looks at a job counts as silence up to this long. A look takes seconds, so a longer gap is a gap of the watcher. */
export const lookGapMsMax = 120_000;
/** After the node has refused a stop for the first time, the job rests this long before it repeats the stop. */
export const stopRestMsFirst = 5_000;
/**
 * The job rests before each repeat of a refused stop. This rest doubles each time up to this limit, so that the stops of a long outage still fit
 * into one history.
 */
export const stopRestMsMax = 600_000;

// Nodes.

/**
 * A node's workflow rests at most this long between two rounds. A failed start of the node's worker is repeated after 1, 2, 4, … s, up to this limit.
 */
export const restSecondsMax = 60;
/** The folders of completed jobs are removed from a node at this interval. One command removes a hundred folders, so a longer interval is cheaper. */
export const tidyEveryMs = 5 * 60_000;
/** A node is asked this often for old folders of jobs that no ledger knows. Such folders appear after a restore of an older ledger, and they can wait. */
export const straysEveryMs = 3_600_000;
/** A folder that no ledger knows is removed at this age, which is that of the folder of a failed try. No start of its job is on its way any more. */
export const strayFolderMs = 7 * 24 * 3_600_000;
/** A job without an owner is ended when its record has not changed for this long. A job that has just ended has its last processes for a moment. */
export const heldJobMsMin = 10 * 60_000;
/** One command removes the folders of at most this many jobs. */
export const forgetJobsMax = 100;
/** A node names at most this many old folders at a time. */
export const oldJobsMax = 500;
/** One command removes at most this many files of games from a node. A file is a few kilobytes, and the command is repeated each hour. */
export const removedGameFilesMax = 1_000;
/** A node rests when this many different items have failed on it in a row. Two can be chance, and a broken node has spent few tries by then. */
export const failuresBeforeRest = 3;
/** The first rest of a node is this long: time for a short fault to pass. Each canary that fails doubles the rest, up to `restMsMax`. */
export const restMsFirst = 30_000;
/** A rest is at most this long, so that a mended node is noticed within this time without an operator. */
export const restMsMax = 10 * 60_000;
/** If all nodes that could run an item rest, one of them may get its canary this long after it failed last. */
export const canaryEarlyMs = 5_000;
/** The ledger keeps the last failures of a node that has not completed a job since. More would not change a decision. */
export const nodeFailuresMax = 8;
/** At most this many tries at one item do not count because they failed on nodes that were then rested. After that every try counts. */
export const freeTriesMax = 5;
/** A run of a node's workflow ends at about this many events in its history, so that a replay after a restart takes far less than a second. */
export const historyEventsMax = 100;
/** The reason of a wish, and the operator's name in it, are each at most this long. `status` shows the reason on one line. */
export const wishTextCharsMax = 200;
/** A wish can give a node at most this many labels. The limit only bounds the size of the stored wish. */
export const wishLabelsMax = 64;

// Pipelines.

/** A pipeline pauses after this many failed turns in a row, because another turn would fail in the same way. */
export const failedTurnsMax = 3;
/** A pause has at most this length, which is a year. A longer one has no end that a person would wait for. */
export const pauseSecondsMax = 31_536_000;

/** A turn waits at most this long for the daemon of its stage. Then the pipeline pauses, and the pause says which daemon the turn needs. */
export const daemonWaitMsMax = 24 * 3_600_000;
/** A turn that waits for a daemon looks at the daemon for the first time after this rest, in case the wake-up was lost. */
export const daemonCheckMsMin = 30_000;
/** Each further rest is this share of the whole wait so far, up to `daemonCheckMsMax`. So a day of waiting makes about 170 looks. */
export const daemonCheckShare = 0.05;
export const daemonCheckMsMax = 15 * 60_000;

/** A turn waits at most this long for a payload that is missing. Then the turn fails, and says what is missing. */
export const payloadWaitMsMax = 24 * 3_600_000;
/** A turn that waits for its payload looks again after this rest. Each further rest is a share of the whole wait so far, up to `payloadCheckMsMax`. */
export const payloadCheckMsMin = 10_000;
export const payloadCheckShare = 0.05;
export const payloadCheckMsMax = 15 * 60_000;

/** A stage whose item no node of the cluster file can run ends after this long. An operator who changes the file in several steps gets this time. */
export const noNodeMsMax = 10 * 60_000;
/** A stage ends when every node that could run one of its items was away for this long. A machine that is repaired or moved gets this time. */
export const nodesAwayMsMax = 24 * 3_600_000;

// Games and failures.

/**
 * A stage does not ask a node for games when the node has been unreachable for this long. `gather` waits as long for a node that it has asked, so a
 * node that died in the middle of a turn costs its turn this time once.
 */
export const lateAfterMs = 180_000;
/** The id of a game has at most this many characters. The id is a key in the table of games. */
export const gameIdCharsMax = 200;
/** A failure record keeps at most this many causes, the nearest causes first. More causes would only make the stored record longer. */
export const causesMax = 8;
/** Status, `explain` and the failure of a stage show this many lines from the end of a failed program's stderr: the end of a traceback. */
export const stderrLinesShown = 4;
/** A shown line of stderr is cut after this many characters. A longer line would fill the screen. */
export const stderrLineCharsMax = 300;
/** A text in a failure record has at most this many characters. The end of a log that a failure quotes fits; a whole log does not. */
export const failureTextCharsMax = 16_384;
/** A failure record has at most this many fields. Our own failures have fewer than ten. */
export const failureFieldsMax = 32;

// The watch over the watchers.

/** A sweep returns after this time even if no verdict is new, so that the read model is at most this old. */
export const sweepMsMax = 15_000;
/** So many sweeps may be missed before what is known of the nodes counts as old. One is missed whenever the gateway restarts. */
export const sweepsMissedMax = 3;
/** Control makes sure at this interval that the standing workflows run. */
export const keepMs = 30_000;
/** So many rounds of control may be late before what is known of the standing workflows counts as old. */
export const keepRoundsMax = 3;
/** The memory of a daemon's duty has at most this many bytes of JSON. A run of the daemon's workflow has about 50 rounds, and Temporal ends a history at 50 MiB. */
export const memoryBytesMax = 256 * 1_024;
/** A daemon that should run and does not is reported when its state has not changed for this long. All delays before a restart are over by then. */
export const daemonAwayMsMax = 60_000;

// Events.

/** A text of an event has at most this many characters. A failure's sentence, with its hint, fits. The whole failure is in the ledgers. */
export const eventTextCharsMax = 1_000;
/** An event names at most this many items. The event of a larger group says how many there are. */
export const eventNamesMax = 100;
/** The event about new items names at most this many of them. A turn adds hundreds of items, and each item shows its own history. */
export const queuedNamesMax = 20;
/** An event that waits longer than this for the event log is reported. The pump moves events within a second, and a lock of a person's tool ends soon. */
export const eventsWaitMsMax = 30_000;
/** An event that waits longer than this for a subscriber is reported. A subscriber takes seconds, and its own wait counts too. */
export const deliveryWaitMsMax = 60_000;
/** Events that a subscriber did not get are shown for this long. */
export const skipsShownMs = 24 * 3_600_000;
/** A subscriber whose way is closed, for example because the server is away, tries again after this time at the latest. */
export const subscriberRestMsMax = 30_000;
/** The router's activity runs this long, so that its workflow makes a few events an hour. The end of the ledger worker ends it early. */
export const deliverMsMax = 10 * 60_000;
/** The activity that looks at the daemons runs this long, so that its workflow makes a few events an hour. The end of the ledger worker ends it early. */
export const looksMsMax = 10 * 60_000;
/** A replay covers at most this many events. A person who needs more repeats it with the next range. */
export const replayEventsMax = 500;

// Alerts.

/** A daemon that was restarted more often than this within an hour is an alert. Source: the runbooks, "Set up alerts". */
export const restartsPerHourMax = 3;
/** `doctor` and an alert name a disk with less free space than this, because the games, models and logs of a few turns need this much. */
export const diskFreeBytesMin = 1024 ** 3;
/** The sentence of an alert is cut to this many characters. */
export const alertSummaryCharsMax = 500;
/** One round records at most this many changes of alerts, about 60 KiB, and the next round comes at once. The payload of an activity has a limit. */
export const alertChangesMax = 100;
/** A silence is at most this long. A longer one would be forgotten. */
export const silenceMsMax = 90 * 86_400_000;
/** The ledger has at most this many silences. */
export const silencesMax = 1_000;
/** A target of a silence has at most this many characters. */
export const silenceTargetCharsMax = 300;
/** A notification names at most this many alerts, about 40 KiB, and counts the others. It is the payload of an activity. */
export const notifiedAlertsMax = 50;
/**
 * A notification is tried until it is delivered or this old, and it is tried once in any case. So an alert outlives a receiver that is away for up to this
 * time.
 */
export const notifyMsMax = 3_600_000;
/** A receiver must take a message within this time. */
export const sendMsMax = 10_000;
/** Once a notification has waited for this long, no further one of its group joins it. A receiver that works takes a message within this time. */
export const groupHoldMs = 5_000;
/** Alerts whose notification failed for good are sent again after this time at the latest, while they fire. */
export const failedRepeatMs = 900_000;
/** A test of a channel ends within this time. */
export const channelTestMsMax = 20_000;
/** A cluster file has at most this many channels. */
export const channelsMax = 20;

/**
 * A look of the ledger at the copies of a dataset waits at most this long for the nodes that it is asked to await. The time is well below the 5 s of an
 * activity that runs a few statements, and below the 2 s that a worker has for its end.
 */
export const copiesWaitMs = 1_500;
