import type { ItemId } from '../../domain/ids.ts';
import { placementsOf } from '../../domain/item/dispatch.ts';
import type { NodePlacement } from '../../domain/item/placement.ts';
import { ledgerLimits } from '../limits.ts';
import { canariesOf, toDispatchItem } from '../queue/claim-items.ts';
import { type CandidateRow, candidateColumns, type ItemRow } from '../queue/item-columns.ts';
import { firstCandidates } from '../queue/pending-items.ts';
import { isOpenRow } from '../queue/work-queue-rows.ts';
import type { LedgerFiles } from './ledger-files.ts';
import { nodesOf } from './read-nodes.ts';
import { shapesOfPending } from './shapes-of-pending.ts';

/** Returns the rule that keeps a pending item from each node, as the next claim of the dispatcher would find it. */
export function placementsOfItem(files: LedgerFiles, id: ItemId, nowMs: number): readonly NodePlacement[] {
  const { queue } = files;
  const nodes = nodesOf(files);
  const open = queue.all<Pick<ItemRow, 'node' | 'slots' | 'claimed_at_ms'>>(`SELECT node, slots, claimed_at_ms FROM items WHERE ${isOpenRow}`);
  const held = open.flatMap(({ node, slots }) => (node === null ? [] : [{ node, slots }]));
  const first = firstCandidates(
    (sql, ...values) => queue.all<CandidateRow>(sql, ...values),
    shapesOfPending(queue),
    ledgerLimits.candidatesPerShapeMax,
  );
  const own = queue.all<CandidateRow>(`SELECT ${candidateColumns} FROM items WHERE id = ?`, id);
  const rows = new Map([...first, ...own].map((row) => [row.id, row]));
  return placementsOf(id, { items: [...rows.values()].map(toDispatchItem), nodes, held, canaries: canariesOf(nodes, open), nowMs }) ?? [];
}
