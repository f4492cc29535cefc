import { given } from '../../base/given.ts';
import type { NodeId } from '../ids.ts';
import { isNewVerdict } from './sweep.ts';
import type { ObservedNode } from './node.ts';

/**
 * The sweep's observations of all nodes, as the gateway keeps them in a file at home. The ledger reads the file, so the observations of healthy nodes
 * do not pass through workflow histories. A history would otherwise grow by all nodes every few seconds.
 */
export interface SweptNodes {
  readonly v: 1;
  /** The number of results that the sweep has returned. A caller that knows another number has missed a result. */
  readonly seq: number;
  /** The verdicts that the result `seq` reported, and the nodes as they were seen last. */
  readonly reported: readonly Verdict[];
  readonly views: readonly ObservedNode[];
}

type Verdict = Pick<ObservedNode, 'node' | 'state' | 'route'> & {
  /** Present when the cluster file wants a worker on the node. */
  readonly isResident?: true;
};
export const verdictOf = ({ node, state, route, worker }: ObservedNode): Verdict => ({
  node,
  state,
  route,
  ...given({ isResident: worker === undefined ? undefined : (true as const) }),
});

/**
 * Returns the nodes with a verdict that was not reported yet. A worker that the cluster file began or ceased to want is such a verdict: the entity
 * `node/<id>` learns it with the verdict.
 */
export function changedNodes(views: readonly ObservedNode[], reported: readonly Verdict[]): readonly ObservedNode[] {
  const before = new Map<NodeId, Verdict>(reported.map((verdict) => [verdict.node, verdict]));
  return views.filter((view) => {
    const known = before.get(view.node);
    return known === undefined || isNewVerdict({ ...view, ...known }, view) || known.isResident !== verdictOf(view).isResident;
  });
}

/** A sweep's result names at most this many nodes that are not alive. More lines help no one who reads the details of the workflow. */
const troubledMax = 20;

export interface SweepSummary {
  readonly alive: number;
  readonly all: number;
  readonly troubled: readonly Pick<ObservedNode, 'node' | 'state' | 'evidence'>[];
}

export const summaryOf = (views: readonly ObservedNode[]): SweepSummary => ({
  alive: views.filter(({ state }) => state === 'alive').length,
  all: views.length,
  troubled: views
    .filter(({ state }) => state !== 'alive')
    .slice(0, troubledMax)
    .map(({ node, state, evidence }) => ({ node, state, evidence })),
});
