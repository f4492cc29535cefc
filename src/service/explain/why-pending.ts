import type { ClusterStatus } from '../../domain/cluster/status.ts';
import type { WorkItemSpec } from '../../domain/item/work-item.ts';
import { takesJobs } from '../../domain/node/merge.ts';
import { isInService, serviceOf } from '../../domain/node/wish.ts';
import { plural } from '../say.ts';

/** Returns why a pending item waits, with the numbers behind "no free slot". */
export function whyPending(spec: Pick<WorkItemSpec, 'slots' | 'labels' | 'priority'>, status: ClusterStatus): string[] {
  const labelled = status.nodes.filter((node) => spec.labels.every((label) => node.labels.includes(label)));
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
  const lines = alive.map((node) => {
    const open = status.openJobs.filter((job) => job.node === node.node).length;
    return `${node.node} has ${plural(open, 'open job')} on ${plural(node.slots, 'slot')}`;
  });
  return [
    `It waits for ${plural(spec.slots, 'free slot')} on an alive node with ${wanted}: ${lines.join('; ')}${others.length > 0 ? `; not alive: ${others.join(', ')}` : ''}${wished.length > 0 ? `; out of service: ${wished.join(', ')}` : ''}.`,
    `${plural(status.queue.pending, 'item is', 'items are')} pending in all; greater priority goes first (this one: ${spec.priority}).`,
  ];
}
