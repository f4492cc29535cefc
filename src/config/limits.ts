/** Limits of the cluster file that do not belong to a single key. The bounds of a key are in the schema. */

/**
 * At least this much time must pass between the self-fence of a job and the moment when its node is declared lost. The margin is needed because the
 * clocks of two machines drift apart, and because a job's supervisor checks the self-fence only from time to time.
 */
export const lostMarginMs = 30_000;

/** A cluster file has at most this size. A larger file cannot be a cluster file, so a person named it by mistake. */
export const fileBytesMax = 4 * 1024 * 1024;

/** YAML aliases in one file may be expanded at most this many times. Without this limit, aliases that contain aliases could fill the memory. */
export const yamlAliasesMax = 100;

/**
 * An item has at most this many bytes besides the command, the variables and the labels of its stage: its id, its owner, its payload, two inputs and an
 * output, each with names of the greatest length.
 */
export const frameExtraBytes = 2_048;
