/** The limits of the HTTP server. */

/** Rows of each table of the page. */
export const pageRowsMax = 20;
/** The metrics show at most this many daemons, so that the number of time series is bounded. */
export const daemonsMeasuredMax = 200;
/** The metrics show at most this many subscribers. */
export const subscribersMeasuredMax = 100;
/** At most this many pipelines, and this many processes, have metrics of their own. This bounds the number of time series. */
export const pipelinesMeasuredMax = 32;
export const processesMeasuredMax = 32;
/** An error message shows at most this much of a query's value. */
export const shownValueCharsMax = 80;
/** A response shows at most this much text of a request, because a client can send 16 KiB. */
export const shownRequestCharsMax = 200;

/** No route takes a body. A client that sends one anyway is cut off here. */
export const bodyBytesMax = 64 * 1024;
/** A client must send its whole request within this time. */
export const requestMsMax = 30_000;
/** A parameter of a path has at most this many characters. The longest id of an item has 121 characters. */
export const pathPartCharsMax = 300;
