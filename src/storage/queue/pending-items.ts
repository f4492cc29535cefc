/**
 * The pending items that a match reads. `shape` (slots and labels) lets a match read only the first items of each shape. Without shapes, a thousand items
 * that no free node may run could hide the one item that could run.
 */
import type { Ledger } from '../ledger/open-ledger.ts';
import { ledgerLimits } from '../limits.ts';
import { candidateColumns, type CandidateRow } from './item-columns.ts';

type ReadCandidates = (sql: string, ...values: readonly (string | number)[]) => readonly CandidateRow[];

/**
 * Returns the first items of each of these shapes. If items that avoid a node fill the limit of a shape, the first items of the shape that avoid no node are
 * returned as well. `explain` reads the same items as the dispatcher, so both decide alike.
 */
export function firstCandidates(all: ReadCandidates, shapes: readonly string[], perShapeMax: number): readonly CandidateRow[] {
  const max = Math.min(perShapeMax, ledgerLimits.candidatesPerShapeMax);
  const first = (shape: string, where = ''): readonly CandidateRow[] =>
    all(`SELECT ${candidateColumns} FROM items WHERE state = 'pending' AND shape = ? ${where} ORDER BY priority DESC, seq LIMIT ?`, shape, max);
  return shapes.flatMap((shape) => {
    const rows = first(shape);
    const mayHide = rows.length === max && rows.some((row) => row.failed_on !== '[]');
    return mayHide ? [...rows, ...first(shape, `AND failed_on = '[]'`)] : rows;
  });
}

/** Returns the first items of each shape that waits. The shapes are in no particular order. */
export const candidatesOf = (ledger: Ledger, perShapeMax: number): readonly CandidateRow[] =>
  firstCandidates((sql, ...values) => ledger.statement<CandidateRow>(sql).all(...values), pendingShapesOf(ledger), perShapeMax);

/** Returns true when a pending item avoids a node. */
export const someAvoidNodes = (ledger: Ledger): boolean =>
  ledger.statement(`SELECT 1 FROM items WHERE state = 'pending' AND failed_on <> '[]' LIMIT 1`).get() !== undefined;

/** Returns the shapes of pending items. This takes one index seek for each shape, however many items there are (a loose scan). */
export function pendingShapesOf(ledger: Ledger): readonly string[] {
  const next = ledger.statement<{ shape: string | null }>(`SELECT min(shape) AS shape FROM items WHERE state = 'pending' AND shape > ?`);
  const shapes: string[] = [];
  for (let shape = next.get('')?.shape; typeof shape === 'string'; shape = next.get(shape)?.shape) shapes.push(shape);
  return shapes;
}
