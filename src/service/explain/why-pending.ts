import type { ClusterStatus } from '../../domain/cluster/status.ts';
import { placementsOf } from '../../domain/item/dispatch.ts';
import { type NoNode, noNodeFor, sayLimit } from '../../domain/item/no-node.ts';
import type { FailedOn, NodePlacement, PlacementRule } from '../../domain/item/placement.ts';
import type { ItemId, NodeId } from '../../domain/ids.ts';
import type { WorkItemSpec } from '../../domain/item/work-item.ts';
import { takesJobs } from '../../domain/node/merge.ts';
import { isInService, serviceOf } from '../../domain/node/wish.ts';
import { plural } from '../say.ts';
import { hasLabels } from '../../domain/node/merge.ts';
import { sayRefusal } from './say-refusal.ts';
import { nodesNamedMax } from '../limits.ts';

export interface PendingItem {
  readonly spec: Pick<WorkItemSpec, 'slots' | 'labels' | 'priority' | 'pipeline' | 'turn'>;
  readonly failedOn?: readonly FailedOn[];
  /** The rule for each node, from the ledgers. Absent when only the status is known; the rules then follow from the nodes and open jobs of the status. */
  readonly placements?: readonly NodePlacement[];
}

/** Returns why a pending item waits, for each node the rule that keeps the item from the node, and when a wait without a node ends. The dispatcher uses the same rules. */
export const whyPending = (item: PendingItem, status: ClusterStatus, nowMs: number): string[] => [
  ...(whyPaused(status) ?? whyWaits(item, status, nowMs)),
  ...endOfWait(item, status),
];

/** Returns the sentence about the pause of the whole cluster, which keeps each item from each node. */
function whyPaused({ watches }: ClusterStatus): string[] | undefined {
  const pause = watches.find(({ name, notice }) => name === 'pause' && notice === true);
  return pause === undefined ? undefined : [`It waits: ${pause.detail}. \`ringmaster resume\` ends the pause.`];
}

const endOfWait = ({ spec }: PendingItem, { nodes }: ClusterStatus): readonly string[] => sayTurnEnd(spec, noNodeFor(spec, nodes));

/** Returns when the turn of an item ends that no node can run. */
export function sayTurnEnd(spec: Pick<WorkItemSpec, 'pipeline' | 'turn'>, noNode: NoNode | undefined): readonly string[] {
  if (noNode === undefined || spec.pipeline === undefined || spec.turn === undefined) return [];
  return [`Turn ${spec.turn} of ${spec.pipeline} ends when this lasts ${sayLimit(noNode)}, and its pipeline pauses (pipeline.no-node).`];
}

function whyWaits(item: PendingItem, status: ClusterStatus, nowMs: number): string[] {
  const { spec } = item;
  const labelled = status.nodes.filter((node) => hasLabels(node, spec));
  const wanted = spec.labels.length === 0 ? 'any label' : `${plural(spec.labels.length, 'label')} ${spec.labels.join(', ')}`;
  if (labelled.length === 0) return [`It waits: no node of the ${status.nodes.length} has ${wanted}. It will wait until the cluster file has one.`];
  const alive = labelled.filter(takesJobs);
  const others = labelled.filter((node) => node.state !== 'alive').map((node) => `${node.node} ${node.state}`);
  const wished = labelled.filter((node) => node.state === 'alive' && !isInService(node)).map((node) => `${node.node} ${serviceOf(node)}`);
  if (alive.length === 0)
    return [`It waits: no node with ${wanted} is ${wished.length === 0 ? 'alive' : 'alive and in service'} (${[...others, ...wished].join(', ')}).`];
  const largest = Math.max(...alive.map((node) => node.slots));
  if (largest < spec.slots)
    return [`It waits: it needs ${plural(spec.slots, 'slot')} on one node, and the largest alive with ${wanted} has ${largest}.`];
  const placements = item.placements ?? fromStatus(item, status, nowMs);
  return [
    headOf(spec, wanted, placements),
    ...byRule(placements, nowMs),
    `${plural(status.queue.pending, 'item is', 'items are')} pending in all; greater priority goes first (this one: ${spec.priority}).`,
  ];
}

/** The rules that an operator cannot change by waiting. They do not decide the first sentence. */
const lasting: Readonly<Partial<Record<PlacementRule, true>>> = {
  'not-alive': true,
  'out-of-service': true,
  'too-small': true,
  'label-missing': true,
};

function headOf(spec: PendingItem['spec'], wanted: string, placements: readonly NodePlacement[]): string {
  const open = placements.filter(({ refusal }) => refusal === undefined).map(({ node }) => node);
  if (open.length > 0) return `It waits for the next claim of the dispatcher, which may give it to ${named(open)}.`;
  const isFull = placements.every(({ refusal }) => refusal === undefined || refusal.rule === 'full' || lasting[refusal.rule] === true);
  return isFull
    ? `It waits for ${plural(spec.slots, 'free slot')} on an alive node with ${wanted}.`
    : 'It waits: each node has a rule that keeps the item away now.';
}

/** Returns one line for each group of nodes that have the same refusal. */
function byRule(placements: readonly NodePlacement[], nowMs: number): readonly string[] {
  const groups = new Map<string, NodeId[]>();
  for (const { node, refusal } of placements) {
    const said = refusal === undefined ? 'may take it now' : sayRefusal(refusal, nowMs);
    groups.set(said, [...(groups.get(said) ?? []), node]);
  }
  return [...groups].map(([said, nodes]) => `${named(nodes)}: ${said}.`);
}

const named = (nodes: readonly NodeId[]): string =>
  nodes.slice(0, nodesNamedMax).join(', ') + (nodes.length > nodesNamedMax ? ` and ${nodes.length - nodesNamedMax} more` : '');

function fromStatus({ spec, failedOn = [] }: PendingItem, { nodes, openJobs }: ClusterStatus, nowMs: number): readonly NodePlacement[] {
  const id = 'this' as ItemId;
  const held = openJobs.map(({ node, slots = 1 }) => ({ node: node as NodeId, slots }));
  return placementsOf(id, { items: [{ ...spec, id, order: 0, failedOn }], nodes, held, nowMs }) ?? [];
}
