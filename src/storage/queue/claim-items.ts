import { assignmentsMax, dispatch, freeSlots, slotsByNode, type HeldSlots } from '../../domain/item/dispatch.ts';
import { type ItemId, type NodeId, jobKey } from '../../domain/ids.ts';
import type { NodeView } from '../../domain/node/node.ts';
import type { WorkQueue } from './work-queue.ts';
import { labelsOfShape } from './item-shape.ts';
import type { CandidateRow } from './item-columns.ts';
import type { OpenJob } from '../../domain/job/open-job.ts';
import type { Assignment } from '../../domain/job/assignment.ts';

/**
 * Matches and claims in one transaction. What the caller holds and what the queue has open both count as taken: a job that has just
 * closed keeps its slots until its caller says so, and a claim whose answer was lost keeps them until it comes back, here, as a claim again.
 */
export function claimItems(
  queue: WorkQueue,
  { nodes, open, nowMs }: { readonly nodes: readonly NodeView[]; readonly open: readonly OpenJob[]; readonly nowMs: number },
): { readonly claims: readonly Assignment[]; readonly pendingLeft: number } {
  return queue.ledger.write('claim items', () => {
    const known = new Set(open.map(({ job }) => jobKey(job)));
    const forgotten = queue.openRows().filter((row) => !known.has(jobKey({ item: row.id, epoch: row.epoch })));
    const held: HeldSlots[] = [...open];
    const claims: Assignment[] = [];
    for (const row of forgotten) {
      if (row.node === null) continue;
      held.push({ node: row.node, slots: row.slots });
      if (claims.length < assignmentsMax)
        claims.push({
          job: { item: row.id, epoch: row.epoch },
          node: row.node,
          slots: row.slots,
          spec: queue.spec(row.seq),
          residentRoute: isResident(row.node, nodes),
          again: true,
        });
    }
    claims.push(...claimPending(queue, nodes, held, nowMs, assignmentsMax - claims.length));
    return { claims, pendingLeft: queue.count('pending') };
  });
}

/**
 * The same for slots that jobs have just left, without asking who counts them: nothing is given out but what was held, and no more than the node has.
 * An item that waits for more than these keeps them (see `dispatch`). `settled`: by what the queue knows, nothing is pending that a free slot could
 * take, here or anywhere (what ended may have made place elsewhere, by freeing a node that an item kept or by its own return to the queue).
 */
export function claimLeft(
  queue: WorkQueue,
  { nodes, left, nowMs }: { readonly nodes: () => readonly NodeView[]; readonly left: readonly HeldSlots[]; readonly nowMs: number },
): { readonly claims: readonly Assignment[]; readonly pendingLeft: number; readonly settled: boolean } {
  if (queue.count('pending') === 0) return { claims: [], pendingLeft: 0, settled: true };
  return queue.ledger.write('claim items', () => {
    const views = nodes();
    const free = slotsByNode(left);
    const open = queue.openRows().flatMap(({ node, slots }): HeldSlots[] => (node === null ? [] : [{ node, slots }]));
    const taken = slotsByNode(open);
    const held = views.map(({ node, slots }) => ({ node, slots: Math.max(taken.get(node) ?? 0, slots - (free.get(node) ?? 0)) }));
    const claims = claimPending(queue, views, held, nowMs, assignmentsMax);
    const pendingLeft = queue.count('pending');
    return { claims, pendingLeft, settled: pendingLeft === 0 || freeSlots(views, [...open, ...claims]) === 0 };
  });
}

/** Looked at beyond the free slots: the first ones may have a node to avoid. */
const candidatesSpare = 8;

function claimPending(queue: WorkQueue, nodes: readonly NodeView[], held: readonly HeldSlots[], nowMs: number, max: number): readonly Assignment[] {
  const free = freeSlots(nodes, held);
  if (free === 0 || max === 0) return [];
  const candidates = new Map<ItemId, CandidateRow>(queue.candidates(free + candidatesSpare).map((row) => [row.id, row]));
  const items = [...candidates.values()].map((row) => ({
    id: row.id,
    priority: row.priority,
    order: row.seq,
    slots: row.slots,
    labels: labelsOfShape(row.shape),
    ...(row.avoid_node === null ? {} : { avoid: row.avoid_node }),
  }));
  const matched = dispatch({ items, nodes, held, max }).flatMap(({ item, node, slots }) => {
    const row = candidates.get(item);
    return row === undefined ? [] : [{ row, node, slots }];
  });
  queue.markClaimed(
    matched.map(({ row, node }) => ({ seq: row.seq, node })),
    nowMs,
  );
  return matched.map(({ row, node, slots }) => ({
    job: { item: row.id, epoch: row.epoch + 1 },
    node,
    slots,
    spec: queue.spec(row.seq),
    residentRoute: isResident(node, nodes),
    again: false,
  }));
}

const isResident = (id: NodeId, nodes: readonly NodeView[]): boolean => nodes.find(({ node }) => node === id)?.route === 'resident';
