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
