import { dispatch, freeSlots, slotsByNode, type HeldSlots } from '../../domain/item/dispatch.ts';
import { assignmentsMax } from '../../domain/limits.ts';
import { type ItemId, type NodeId, jobKey } from '../../domain/ids.ts';
import type { NodeView } from '../../domain/node/node.ts';
import type { WorkQueue } from './work-queue.ts';
import { ledgerLimits } from '../limits.ts';
import { labelsOfShape } from './item-shape.ts';
import type { CandidateRow } from './item-columns.ts';
import type { OpenJob } from '../../domain/job/open-job.ts';
import type { Assignment } from '../../domain/job/assignment.ts';
import { given } from '../../base/given.ts';

/**
 * Matches pending items to free slots and claims them, in one transaction. A slot counts as taken when the caller holds it, or when the queue has an
 * open try in it. So a job that has just closed keeps its slots until the dispatcher has counted the job as closed. A claim whose result was lost
 * keeps its slots until this function returns the claim again.
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
 * Claims pending items, but only for slots that jobs have just freed. The function never gives out more slots than were freed, nor more than a node
 * has, so it is safe without the dispatcher's count. An item that waits for more slots reserves them (see `dispatch`).
 *
 * `settled` is true when, as far as the queue knows, no free slot of any node could take a pending item. Slots of other nodes matter too. The job
 * that ended may have released a node that an item reserved, or the job's own item may be pending again.
 */
export function claimFreed(
  queue: WorkQueue,
  { nodes, freed, nowMs }: { readonly nodes: () => readonly NodeView[]; readonly freed: readonly HeldSlots[]; readonly nowMs: number },
): { readonly claims: readonly Assignment[]; readonly pendingLeft: number; readonly settled: boolean } {
  if (queue.count('pending') === 0) return { claims: [], pendingLeft: 0, settled: true };
  return queue.ledger.write('claim items', () => {
    const views = nodes();
    const free = slotsByNode(freed);
    const open = queue.openRows().flatMap(({ node, slots }): HeldSlots[] => (node === null ? [] : [{ node, slots }]));
    const taken = slotsByNode(open);
    const held = views.map(({ node, slots }) => ({ node, slots: Math.max(taken.get(node) ?? 0, slots - (free.get(node) ?? 0)) }));
    const claims = claimPending(queue, views, held, nowMs, assignmentsMax);
    const pendingLeft = queue.count('pending');
    return { claims, pendingLeft, settled: pendingLeft === 0 || freeSlots(views, [...open, ...claims]) === 0 };
  });
}

function claimPending(queue: WorkQueue, nodes: readonly NodeView[], held: readonly HeldSlots[], nowMs: number, max: number): readonly Assignment[] {
  const free = freeSlots(nodes, held);
  if (free === 0 || max === 0) return [];
  const candidates = new Map<ItemId, CandidateRow>(queue.candidates(free + ledgerLimits.candidatesSpare).map((row) => [row.id, row]));
  const items = [...candidates.values()].map((row) =>
    given({
      id: row.id,
      priority: row.priority,
      order: row.seq,
      slots: row.slots,
      labels: labelsOfShape(row.shape),
      avoid: row.avoid_node ?? undefined,
    }),
  );
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
