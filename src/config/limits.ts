/** Limits of the cluster file that do not belong to a single key. The bounds of a key are in the schema. */

/**
 * At least this much time must pass between the self-fence of a job and the moment when its node is declared lost. The margin is needed because the
 * clocks of two machines drift apart, and because a job's supervisor checks the self-fence only from time to time.
 */
export const lostMarginMs = 30_000;

/** A cluster file has at most this size. A larger file cannot be a cluster file, so a person named it by mistake. */
export const fileBytesMax = 4 * 1024 * 1024;

/**
 * The aliases (`*name`) of a file may stand for at most this many values together. A file with 500 nodes that each take 100 values from anchors has a
 * quarter of this. Without the limit, aliases of things that have aliases could fill the memory.
 */
export const aliasedValuesMax = 200_000;

/** A value of a cluster file stands at most this deep. The deepest key of the schema stands six deep. */
export const nestingMax = 50;

/** A report of a file names at most this many syntax errors, and says how many more there are. */
export const syntaxFaultsMax = 20;

/**
 * An item has at most this many bytes besides the command, the variables and the labels of its stage: its id, its owner, its payload, two inputs and an
 * output, each with names of the greatest length.
 */
export const frameExtraBytes = 2_048;

/** Of the cluster files that a cluster had, the newest are kept up to this number. */
export const keptConfigsMax = 100;

/** At most this many state folders are remembered under one login. A person runs a few clusters. */
export const statesRememberedMax = 20;
