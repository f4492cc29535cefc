/** The limits of the command line. */

/** A request to control ends after this time. Control responds in milliseconds, so a longer wait means that it hangs. */
export const controlResponseMsMax = 10_000;
/** A response of control is at most this long: a list of 1,000 rows is far below it. */
export const controlResponseBytesMax = 64 * 1024 * 1024;

/** A read model older than this is stale, because the sweep writes it every few seconds. */
export const readModelAgeMsMax = 30_000;
/** Rows of each table on the screen of `status`. */
export const statusRowsMax = 20;
/** Failures on the screen of `status`. */
export const statusFailuresMax = 5;
/** Transitions that `node show` prints. `-o wide` prints all that the server sends. */
export const transitionsShownMax = 8;

/** `doctor` warns below this free space: games, models and logs of some turns need it. */
export const diskFreeBytesMin = 1024 ** 3;

/** The demo looks at the cluster this often. With this interval a person sees a change at once. */
export const demoLookEveryMs = 400;
/** The pipeline tries a failed turn again by itself. The demo ends only when a turn stays failed for this long. */
export const demoFailedMsMax = 20_000;
/** How often the demo tries to plant its fault: the chosen job may end before the kill. */
export const plantTriesMax = 5;
/** How long the demo waits for the repair of its fault after the last turn. */
export const repairMsMax = 30_000;
/** How long the demo waits for a self-play job of turn 2 before it takes a job of any turn. */
export const turnTwoMsMax = 15_000;
