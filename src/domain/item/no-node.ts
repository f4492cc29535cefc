/**
 * Decides what a stage does while no node can run one of its items. The first row that holds for an item decides.
 *
 * | the item                                                                    | then                                                     |
 * |-----------------------------------------------------------------------------|----------------------------------------------------------|
 * | is claimed or runs, on a node that is alive, suspect or joining             | the stage waits: the limits of the job end this wait     |
 * | is claimed or runs, on a node that is unreachable or lost                   | the stage waits at most `nodesAwayMsMax`, and says why   |
 * | is pending, and a node with its slots and labels is in service and not away | the stage waits: the limits of jobs, rests and           |
 * |                                                                             | avoidances end this wait                                 |
 * | is pending, and all such nodes are out of service, unreachable or lost      | the stage waits at most `nodesAwayMsMax`, and says why   |
 * | is pending, and the cluster file has no such node                           | the stage waits at most `noNodeMsMax`, and says why      |
 *
 * The sweep declares the only node of a cluster never lost, nor any node while most nodes do not respond. So a job on such a node may never end.
 *
 * At the end of such a wait the turn ends, and the pipeline pauses: only a person can help. A job on a node that is away stays as it is: it is adopted
 * or judged when the node is back, or goes elsewhere when the node is lost. A resume plays the rest of the items.
 */
import type { WaitingStage } from '../daemon/await-daemons.ts';
import { type FailureRecord, failureRecord } from '../failure/record.ts';
import type { ItemId, NodeId } from '../ids.ts';
import { noNodeMsMax, nodesAwayMsMax } from '../limits.ts';
import { fits } from '../node/merge.ts';
import { isAway } from '../node/node.ts';
import { isInService, serviceOf } from '../node/wish.ts';
import { couldTake, type DispatchNode, type PlacedItem } from './placement.ts';

type Need = Pick<PlacedItem, 'slots' | 'labels'>;
/** The slots and labels of a node, as the cluster file or the sweep has them. */
export type PowerOfNode = Pick<DispatchNode, 'node' | 'slots' | 'labels'>;

/** Why no node can run an item. */
export interface NoNode {
  /** `none`: no node of the cluster file has the slots and labels. `away`: each node that has them, or the node of the job, is away or out of service. */
  readonly nodes: 'none' | 'away';
  /** A clause. It is the same for all items that need the same slots and labels, and for all jobs of one node. */
  readonly because: string;
  /** The node that has the job of the item. Absent for a pending item. */
  readonly jobOn?: NodeId;
}

const namedMax = 3;

export const sayNeed = ({ slots, labels }: Need): string =>
  `${slots} ${slots === 1 ? 'slot' : 'slots'}${labels.length === 0 ? '' : ` and the ${labels.length === 1 ? 'label' : 'labels'} ${labels.join(', ')}`}`;

/**
 * Returns why no node can take an item with this need, or undefined when a node could take the item now or soon. `nodes` are the nodes that the sweep has
 * looked at, and `file` those of the cluster file: a node of the file that the sweep has not looked at yet can take the item soon.
 */
export function noNodeFor(need: Need, nodes: readonly DispatchNode[], file: readonly PowerOfNode[] = nodes): NoNode | undefined {
  if (nodes.some((node) => couldTake(node, need))) return undefined;
  const lack = lackOfNodes(need, file);
  if (lack !== undefined) return { nodes: 'none', because: lack };
  const able = nodes.filter((node) => fits(node, need));
  if (able.length === 0) return undefined;
  return { nodes: 'away', because: `every node with ${sayNeed(need)} is away${listed(able, absenceOf)}` };
}

/** Returns why none of these nodes has the slots and labels, with the nodes that come nearest, or undefined when a node has them. */
export function lackOfNodes(need: Need, nodes: readonly PowerOfNode[]): string | undefined {
  if (nodes.some((node) => fits(node, need))) return undefined;
  const lacking = ({ labels }: PowerOfNode): number => need.labels.filter((label) => !labels.includes(label)).length;
  const nearest = nodes.toSorted((a, b) => lacking(a) - lacking(b) || b.slots - a.slots);
  return `no node of the cluster file has ${sayNeed(need)}${listed(nearest, (node) => lackOf(node, need))}`;
}

/** Returns why the job of an open item cannot go on, or undefined while its node responds. */
export function jobAway(on: NodeId, nodes: readonly DispatchNode[]): NoNode | undefined {
  const found = nodes.find(({ node }) => node === on);
  return found === undefined || !isAway(found) ? undefined : { nodes: 'away', because: `the job is on ${on}, which is ${found.state}`, jobOn: on };
}

function listed<Node extends PowerOfNode>(nodes: readonly Node[], say: (node: Node) => string): string {
  if (nodes.length === 0) return '';
  const more = nodes.length > namedMax ? ` and ${nodes.length - namedMax} more` : '';
  return ` (${nodes
    .slice(0, namedMax)
    .map((node) => `${node.node} ${say(node)}`)
    .join(', ')}${more})`;
}

function lackOf(node: PowerOfNode, { slots, labels }: Need): string {
  const lacking = labels.filter((label) => !node.labels.includes(label));
  return [
    ...(node.slots < slots ? [`has ${node.slots} ${node.slots === 1 ? 'slot' : 'slots'}`] : []),
    ...(lacking.length === 0 ? [] : [`lacks ${lacking.join(' and ')}`]),
  ].join(' and ');
}

const absenceOf = (node: DispatchNode): string => `is ${isInService(node) ? node.state : serviceOf(node)}`;

export interface UnplacedItem {
  readonly item: ItemId;
  readonly noNode: NoNode;
  /** The time for which no look found a node that can run the item. */
  readonly waitedMs: number;
}

const limitMs = ({ nodes }: NoNode): number => (nodes === 'none' ? noNodeMsMax : nodesAwayMsMax);

/** Returns the failure that ends the turn, or undefined while the stage may wait on. */
export function endOfWait(items: readonly UnplacedItem[], { pipeline, turn, stage }: WaitingStage): FailureRecord | undefined {
  const overdue = items.filter(({ noNode, waitedMs }) => waitedMs >= limitMs(noNode));
  const [first] = overdue;
  if (first === undefined) return undefined;
  const same = overdue.filter(({ noNode }) => noNode.because === first.noNode.because).map(({ item }) => item);
  const named = same.slice(0, namedMax).join(', ') + (same.length > namedMax ? ' and others' : '');
  const minutes = Math.floor(first.waitedMs / 60_000);
  return failureRecord('pipeline.no-node', {
    cannot: `go on with ${stage} of turn ${turn} of ${pipeline}`,
    because: `${named} waited ${minutes} minutes for a node, and ${first.noNode.because}`,
    hint: {
      say: `${cureOf(first.noNode)}, then ringmaster pipeline resume ${pipeline}; or giving the turn up`,
      run: `ringmaster pipeline skip ${pipeline}`,
    },
    fields: { pipeline, turn, stage, item: first.item },
  });
}

function cureOf({ nodes, jobOn }: NoNode): string {
  if (jobOn !== undefined) return `bringing ${jobOn} back, or, when it is gone for good, ringmaster node lost ${jobOn}`;
  return nodes === 'none' ? 'giving a node of the cluster file what they need, then ringmaster up' : 'bringing a node back';
}

/** Returns the words that the status shows while items of the stage wait for a node. */
export const sayWait = ({ noNode }: Pick<UnplacedItem, 'noNode'>): string =>
  `waits for a node, because ${noNode.because}; the pipeline pauses when this lasts ${sayLimit(noNode)}`;

/** Returns the time after which a stage ends that waits for a node. */
export function sayLimit(noNode: NoNode): string {
  const ms = limitMs(noNode);
  return ms < 3_600_000 ? `${ms / 60_000} minutes` : `${ms / 3_600_000} hours`;
}
