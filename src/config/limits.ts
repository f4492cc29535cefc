/** Limits of the cluster file that do not belong to a single key. The bounds of a key are in the schema. */

/**
 * The least time between the self-fence of a job and the moment when its node is declared lost. The margin is needed because the clocks of two
 * machines drift apart, and because a job's supervisor checks the self-fence only from time to time.
 */
export const lostMarginMs = 30_000;

/**
 * The most items of one stage of one turn. The history of the stage's workflow has about seven events for each item, and Temporal ends a workflow at
 * 51,200 events.
 */
export const itemsMax = 2_000;

/** The largest cluster file. A larger file cannot be a cluster file, so a person named it by mistake. */
export const fileBytesMax = 4 * 1024 * 1024;

/** The most expansions of YAML aliases in one file. Without this limit, aliases that contain aliases could fill the memory. */
export const yamlAliasesMax = 100;
