/**
 * An operator's decision that a node is lost (`ringmaster node lost <id>`). It has the same consequences as a loss that the sweep declares: the node's
 * jobs get new epochs and go elsewhere, and the old epochs are refused on the node when it is back.
 *
 * | the node                                     | the decision                                                                                 |
 * |----------------------------------------------|----------------------------------------------------------------------------------------------|
 * | is alive                                     | is refused: `node drain` or `node cordon` is for a node that answers                         |
 * | is joining, suspect or unreachable           | makes the node lost at once                                                                  |
 * | is lost                                      | changes nothing                                                                              |
 * | gives a good look after the decision         | ends: the node is alive again, and only another decision or the sweep can make it lost       |
 */
import type { NodeId } from '../ids.ts';
import type { ObservedNode } from './node.ts';

export interface LossDecision {
  readonly node: NodeId;
  /** The operator, as `user@host`. */
  readonly by: string;
  readonly reason: string;
  readonly atMs: number;
}

/** Returns the observation with the decision applied. An alive node is returned as it is: it has answered since the decision. */
export function withDecision(seen: ObservedNode, decision: LossDecision | undefined): ObservedNode {
  if (decision === undefined || seen.state === 'alive') return seen;
  const { by, reason, atMs } = decision;
  return {
    ...seen,
    state: 'lost',
    sinceMs: seen.state === 'lost' ? seen.sinceMs : atMs,
    evidence: `declared lost by ${by} at ${new Date(atMs).toISOString()}: ${reason}`,
  };
}
