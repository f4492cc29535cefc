/** Limits of the cluster file that do not belong to a single key. The bounds of a key are in the schema. */

/**
 * The least time between the self-fence of a job and the moment when its node is declared lost. The clocks of two machines drift apart, and a job's
 * supervisor checks its self-fence only from time to time.
 */
export const lostMarginMs = 30_000;

/**
 * The most items of one stage of one turn. The history of the stage's workflow has about seven events for each, and Temporal ends a workflow at
 * 51,200 events.
 */
export const itemsMax = 2_000;

/** The largest cluster file. A larger file is something else that was named by mistake. */
export const fileBytesMax = 4 * 1024 * 1024;

/** The most expansions of YAML aliases in one file. Aliases that contain aliases could otherwise fill the memory. */
export const yamlAliasesMax = 100;
