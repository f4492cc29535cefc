/** The limits of the services that the command line and the HTTP server share. */

/** A connection to Temporal fails after this time. */
export const connectMsMax = 4_000;
/** A verb waits this long for the result of a short workflow. The workflow itself continues. */
export const shortWorkflowMsMax = 20_000;
/** A query for a workflow's state ends after this time. A worker replies in milliseconds. */
export const stateQueryMsMax = 2_000;
/** Causes of an error that are searched for a failure of ours. A chain may be a circle. */
export const causesMax = 8;
/** The last part of a log that is read from a node. People read the end of a log first, and this size fits one Temporal payload. */
export const logBytesMax = 256 * 1024;
/** Jobs that a sentence about a wish names. The rest are counted. */
export const jobsNamedMax = 5;
