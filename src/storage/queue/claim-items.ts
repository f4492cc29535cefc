import { dispatch, type DispatchItem, freeSlots, nextChanceMs, slotsByNode, type HeldSlots } from '../../domain/item/dispatch.ts';
import { assignmentsMax } from '../../domain/limits.ts';
import { type ItemId, type NodeId, jobKey } from '../../domain/ids.ts';
import type { NodeView } from '../../domain/node/node.ts';
import type { WorkQueue } from './work-queue.ts';
import { ledgerLimits } from '../limits.ts';
import { labelsOfShape } from './item-shape.ts';
import { candidatesOf, someAvoidNodes } from './pending-items.ts';
import type { FailedOn } from '../../domain/item/placement.ts';
import type { CandidateRow, ItemRow } from './item-columns.ts';
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
): { readonly claims: readonly Assignment[]; readonly pendingLeft: number; readonly nextChanceMs?: number } {
  return queue.ledger.write('claim items', () => {
    const known = new Set(open.map(({ job }) => jobKey(job)));
    const openRows = queue.openRows();
    const forgotten = openRows.filter((row) => !known.has(jobKey({ item: row.id, epoch: row.epoch })));
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
    claims.push(...claimPending(queue, { nodes, held, canaries: canariesOf(nodes, openRows), nowMs, max: assignmentsMax - claims.length }));
    const pendingLeft = queue.count('pending');
    return given({ claims, pendingLeft, nextChanceMs: pendingLeft === 0 ? undefined : chanceOfPending(queue, nodes, nowMs) });
  });
}

function chanceOfPending({ ledger }: WorkQueue, nodes: readonly NodeView[], nowMs: number): number | undefined {
  const items = someAvoidNodes(ledger) ? candidatesOf(ledger, ledgerLimits.candidatesSpare).map(toDispatchItem) : [];
  return nextChanceMs({ items, nodes, nowMs });
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
    const openRows = queue.openRows();
    const open = openRows.flatMap(({ node, slots }): HeldSlots[] => (node === null ? [] : [{ node, slots }]));
    const taken = slotsByNode(open);
    const held = views.map(({ node, slots }) => ({ node, slots: Math.max(taken.get(node) ?? 0, slots - (free.get(node) ?? 0)) }));
    const canaries = canariesOf(views, openRows);
    const claims = claimPending(queue, { nodes: views, held, canaries, nowMs, max: assignmentsMax });
    const pendingLeft = queue.count('pending');
    return { claims, pendingLeft, settled: pendingLeft === 0 || freeSlots({ nodes: views, held: [...open, ...claims], canaries, nowMs }) === 0 };
  });
}

interface ClaimInput {
  readonly nodes: readonly NodeView[];
  readonly held: readonly HeldSlots[];
  readonly canaries: ReadonlySet<NodeId>;
  readonly nowMs: number;
  readonly max: number;
}

/** Returns the resting nodes on which a job runs that was claimed after the rest began. */
export function canariesOf(nodes: readonly NodeView[], openRows: readonly Pick<ItemRow, 'node' | 'claimed_at_ms'>[]): ReadonlySet<NodeId> {
  const since = new Map(nodes.flatMap(({ node, rest }) => (rest === undefined ? [] : [[node, rest.sinceMs]])));
  if (since.size === 0) return new Set();
  return new Set(
    openRows.flatMap(({ node, claimed_at_ms: claimedAtMs }) => {
      const sinceMs = node === null ? undefined : since.get(node);
      return node !== null && sinceMs !== undefined && (claimedAtMs ?? 0) > sinceMs ? [node] : [];
    }),
  );
}

/** Returns a row of the queue as the item of a match. */
export const toDispatchItem = (row: CandidateRow): DispatchItem => ({
  id: row.id,
  priority: row.priority,
  order: row.seq,
  slots: row.slots,
  labels: labelsOfShape(row.shape),
  ...(row.failed_on === '[]' ? {} : { failedOn: JSON.parse(row.failed_on) as FailedOn[] }),
});

/** Returns whether a pending item fits into a slot that no open try holds. Nothing is claimed. */
export function couldClaim(queue: WorkQueue, { nodes, nowMs }: { readonly nodes: readonly NodeView[]; readonly nowMs: number }): boolean {
  if (queue.count('pending') === 0) return false;
  return queue.ledger.read('look for an item that can start', () => {
    const openRows = queue.openRows();
    const held = openRows.flatMap(({ node, slots }): HeldSlots[] => (node === null ? [] : [{ node, slots }]));
    return matchPending(queue, { nodes, held, canaries: canariesOf(nodes, openRows), nowMs, max: 1 }).length > 0;
  });
}

interface Matched extends HeldSlots {
  readonly row: CandidateRow;
}

/** Matches pending items to free slots, and changes nothing. */
function matchPending(queue: WorkQueue, { nodes, held, canaries, nowMs, max }: ClaimInput): readonly Matched[] {
  // A resting node has no free slot, but if all nodes rest, one of them may get its canary early.
  const free = freeSlots({ nodes, held, canaries, nowMs }) + nodes.filter(({ rest }) => rest !== undefined).length;
  if (free === 0 || max === 0) return [];
  const candidates = new Map<ItemId, CandidateRow>(candidatesOf(queue.ledger, free + ledgerLimits.candidatesSpare).map((row) => [row.id, row]));
  return dispatch({ items: [...candidates.values()].map(toDispatchItem), nodes, held, canaries, nowMs, max }).flatMap(({ item, node, slots }) => {
    const row = candidates.get(item);
    return row === undefined ? [] : [{ row, node, slots }];
  });
}

function claimPending(queue: WorkQueue, input: ClaimInput): readonly Assignment[] {
  const { nodes, nowMs } = input;
  const matched = matchPending(queue, input);
  if (matched.length === 0) return [];
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
