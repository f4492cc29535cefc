/** Limits of the cluster file that do not belong to a single key. The bounds of a key are in the schema. */

/**
 * At least this much time must pass between the self-fence of a job and the moment when its node is declared lost. The margin is needed because the
 * clocks of two machines drift apart, and because a job's supervisor checks the self-fence only from time to time.
 */
export const lostMarginMs = 30_000;

/**
 * One stage of one turn has at most this many items. The history of the stage's workflow has about seven events for each item, and Temporal ends a
 * workflow at 51,200 events.
 */
export const itemsMax = 2_000;

/** A cluster file has at most this size. A larger file cannot be a cluster file, so a person named it by mistake. */
export const fileBytesMax = 4 * 1024 * 1024;

/** YAML aliases in one file may be expanded at most this many times. Without this limit, aliases that contain aliases could fill the memory. */
export const yamlAliasesMax = 100;
