import type { ItemId, NodeId } from '../ids.ts';
import { closedOutcomeCharsMax, pairsPerItemMax } from '../limits.ts';
import type { NoNode } from './no-node.ts';
import { isPair } from '../model/evaluation.ts';
import type { ItemState, JobKind } from './work-item.ts';
import type { JobOutcome } from '../job/try-end.ts';

/**
 * The state of an item after its last try. The item's owner receives this record when the item has closed. A stage receives thousands of these records, so
 * the outcome has only what the owner of such an item needs (`outcomeForOwner`). The ledger has the whole outcome.
 */
export interface ClosedItem {
  readonly item: ItemId;
  readonly state: ItemState;
  readonly kind: JobKind;
  readonly outcome?: JobOutcome;
  readonly node?: NodeId;
  readonly owner?: string;
  /** Present for an item that no node can run now, when the caller asked for it. */
  readonly noNode?: NoNode;
}

type Completed = Extract<JobOutcome, { readonly type: 'completed' }>;
const nothing: Completed = { type: 'completed', result: {}, files: [] };

/** The part of a large good outcome that the owner of an item of each kind needs. */
const partForOwner: Readonly<Record<JobKind, (outcome: Completed) => Completed>> = {
  // The games are on the node, and the ledger knows their digest.
  'self-play': () => nothing,
  train: ({ files }) => ({ ...nothing, files: files.filter(({ path }) => path === 'model') }),
  evaluate: ({ result }) => ({ ...nothing, result: Array.isArray(result['pairs']) ? { pairs: scoresOf(result['pairs']) } : {} }),
  command: () => nothing,
};

/** Returns the two scores of each pair. A payload may write more into its pairs, such as the moves of the games. */
const scoresOf = (pairs: readonly unknown[]): readonly unknown[] =>
  pairs
    .slice(0, pairsPerItemMax)
    .filter(isPair)
    .map(({ index, opening, scores }) => ({ index, opening, scores }));

/**
 * Returns the outcome as the item's owner gets it: whole when it is small, and otherwise the part that the owner needs. So its size does not depend on the
 * number of output files, nor on what else a payload reports.
 */
export const outcomeForOwner = (kind: JobKind, outcome: JobOutcome): JobOutcome =>
  outcome.type === 'completed' && JSON.stringify(outcome).length > closedOutcomeCharsMax ? partForOwner[kind](outcome) : outcome;
