/** The limits of the command line. */

/** A request to control ends after this time. Control responds in milliseconds, so control hangs if it takes this long. */
export const controlResponseMsMax = 10_000;
/** A response of control has at most this size. A list of 1,000 rows is far smaller. */
export const controlResponseBytesMax = 64 * 1024 * 1024;

/** `up --foreground` looks this often whether the launcher lives. A service manager would not restart a service much faster. */
export const foregroundLookMs = 2_000;

/** A read model that is older than this is stale, because the sweep writes a new one every few seconds. */
export const readModelAgeMsMax = 30_000;
/** Each table on the screen of `status` has at most this many rows. */
export const statusRowsMax = 20;
/** The screen of `status` names at most this many alerts that fire. */
export const statusAlertsMax = 5;
/** The screen of `status` shows at most this many failures. */
export const statusFailuresMax = 5;
/** `node show` prints at most this many transitions. `-o wide` prints all transitions that the server sends. */
export const transitionsShownMax = 8;

/** The demo looks at the cluster this often. With this interval a person sees a change at once. */
export const demoLookEveryMs = 400;
/** The pipeline tries a failed turn again by itself. The demo ends only when a turn stays failed for this long. */
export const demoFailedMsMax = 20_000;
/** The demo tries at most this many times to plant its fault. A try fails when the chosen job ends before the kill. */
export const plantTriesMax = 200;
/** After the last turn, the demo waits this long for the repair of its fault. */
export const repairMsMax = 30_000;
/** The demo waits this long for a self-play job of turn 2. After that it takes a job of any turn. */
export const turnTwoMsMax = 15_000;
/** After a start, `up` waits this long for the first look at the nodes, and asks at this interval. The first look takes about a second. */
export const freshStatusMsMax = 5_000;
export const freshStatusPollMs = 200;

/** `pipeline run` waits at most this long until the turn has begun again, to say which payload it uses. A turn begins within a second or two. */
export const turnBeginMsMax = 15_000;
/** `pipeline run` asks at this interval whether the turn has begun. Control reads its view of the ledgers once a second. */
export const turnBeginCheckMs = 500;

/** `logs --follow` reads the log at this interval. Each read is a round trip to the node. */
export const followEveryMs = 1_000;

/** `event tail` looks for new events at this interval. The pump brings them in steps of a quarter of a second. */
export const tailEveryMs = 500;
/** `event tail` makes sure at every so many looks that the log was not replaced. Counting a large log takes some milliseconds. */
export const tailRoundsPerCheck = 20;
/** `event tail` reads at most this many events at a time, and the next ones at the next look. */
export const tailPageMax = 1_000;
