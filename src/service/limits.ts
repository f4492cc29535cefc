/** The limits of the services that the command line and the HTTP server share. */

/** Connecting to Temporal fails when it takes longer than this. */
export const connectMsMax = 4_000;
/** A verb waits this long for the result of a short workflow. The workflow itself continues. */
export const shortWorkflowMsMax = 20_000;
/** A query for a workflow's state fails when it takes longer than this. A worker replies in milliseconds. */
export const stateQueryMsMax = 2_000;
/** At most this many causes of an error are searched for one of Ringmaster's failures. A chain of causes may be a circle. */
export const causesMax = 8;
/** A sentence about a wish names at most this many jobs, and counts the rest. */
export const jobsNamedMax = 5;
/** A sentence names at most this many nodes. A person reads a longer list in `node list`. */
export const nodesNamedMax = 8;

/** Control looks at the age of the newest evidence at this interval, so that a step of the clock cannot hide that the evidence is old. */
export const evidenceLookMs = 5_000;

/** `explain` ends with at most this many events about the thing. `ringmaster event list --about` shows all. */
export const explainedEventsMax = 8;
