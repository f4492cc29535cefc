/**
 * The rule of the last node: a wish must not take a node out of service that is the only node for some pending items. Pending items that need the
 * same slots and labels have one shape.
 *
 * | the other nodes that are in service and not lost           | the shape is |
 * |------------------------------------------------------------|--------------|
 * | at least one has the slots and labels that the shape needs | safe         |
 * | none has the slots and labels that the shape needs         | stranded     |
 *
 * A suspect, unreachable or joining node counts, because it may come back. A lost node does not count. It does not matter whether slots are free now.
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
  /** The ids of some of these items, in the order in which the dispatcher would take them. */
  readonly first: readonly ItemId[];
}

/** Returns the shapes that the node could run before the wish and cannot run after the wish, and that no other node can ever run. */
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
