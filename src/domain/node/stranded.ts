/**
 * The rule of the last node: no wish takes a node out of service that is the only one for some pending work.
 *
 * | another node that is in service and not lost | the shape is |
 * |----------------------------------------------|--------------|
 * | has the slots and labels that it needs       | safe         |
 * | has not, or there is none                    | stranded     |
 *
 * A node that is suspect, unreachable or joining counts, because it may be back; a lost one does not. Whether slots are free now does not matter.
 */
import type { ItemId } from '../ids.ts';
import { fits } from './merge.ts';
import type { NodeView } from './node.ts';
import { isInService } from './wish.ts';

/** Pending items that need the same slots and labels. */
export interface PendingShape {
  readonly slots: number;
  readonly labels: readonly string[];
  readonly items: number;
  /** Some of them, in the order in which they would be taken. */
  readonly first: readonly ItemId[];
}

/** Returns the shapes that the node could run before the wish, that it cannot run after it, and that no other node can ever run. */
export const strandedBy = ({
  before,
  after,
  others,
  shapes,
}: {
  readonly before: NodeView;
  readonly after: NodeView;
  readonly others: readonly NodeView[];
  readonly shapes: readonly PendingShape[];
}): readonly PendingShape[] =>
  shapes.filter((shape) => mayRun(before, shape) && !mayRun(after, shape) && !others.some((other) => other.state !== 'lost' && mayRun(other, shape)));

const mayRun = (node: NodeView, shape: PendingShape): boolean => isInService(node) && fits(node, shape);
