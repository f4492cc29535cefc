import type { LedgerReader } from '../ledger/ledger-reader.ts';

/** Returns the shapes of all pending items. This takes one index seek for each shape. */
export function shapesOfPending(queue: LedgerReader): readonly string[] {
  const shapes = queue.all<{ shape: string }>(
    `WITH RECURSIVE shapes (shape) AS (
       SELECT min(shape) FROM items WHERE state = 'pending'
       UNION ALL SELECT (SELECT min(shape) FROM items WHERE state = 'pending' AND items.shape > shapes.shape) FROM shapes WHERE shapes.shape IS NOT NULL
     ) SELECT shape FROM shapes WHERE shape IS NOT NULL`,
  );
  return shapes.map(({ shape }) => shape);
}
