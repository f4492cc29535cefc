/** The limits of the HTTP server. */

/** Rows of each table of the page. */
export const pageRowsMax = 20;
/** Pipelines and processes with metrics of their own. This bounds the number of time series. */
export const pipelinesMeasuredMax = 32;
export const processesMeasuredMax = 32;
/** A value of a query is cut to this length in an error message. */
export const shownValueCharsMax = 80;
/** Text of a request is cut to this length in a response: a client can send 16 KiB of it. */
export const shownRequestCharsMax = 200;

/** No route takes a body. A client that sends one anyway is cut off here. */
export const bodyBytesMax = 64 * 1024;
/** A client has this time to send its whole request. */
export const requestMsMax = 30_000;
/** A parameter of a path. The longest id of an item has 121 characters. */
export const pathPartCharsMax = 300;
