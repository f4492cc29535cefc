import type { WorkItemSpec } from './work-item.ts';

/**
 * Returns a text that is equal for items of the same work: the items of one stage and turn, or items with the same command. If such an item fails on
 * one node and completes on another, the difference is the node.
 */
export const workOf = ({ kind, pipeline, turn, command, payload }: WorkItemSpec): string =>
  JSON.stringify([kind, pipeline, turn, payload?.digest, command]).slice(0, workCharsMax);

/** Two commands whose first characters are equal count as the same work, so that the record of a node's failures stays small. */
const workCharsMax = 500;
