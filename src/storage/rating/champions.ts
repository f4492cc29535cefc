import type { Ledger } from '../ledger/open-ledger.ts';

/** Returns the champion of each pipeline that has promoted a model, with the time of its promotion. */
export const championsOf = (ledger: Ledger): readonly { readonly pipeline: string; readonly model: string; readonly promotedAtMs: number }[] =>
  ledger.read('read the champions', () =>
    ledger
      .statement<{ pipeline: string; model: string; promotedAtMs: number }>(
        `SELECT c.pipeline, c.model, coalesce(max(e.at_ms), 0) AS promotedAtMs FROM champions c
         LEFT JOIN evaluations e ON e.pipeline = c.pipeline AND e.candidate = c.model AND e.promoted = 1 GROUP BY c.pipeline, c.model`,
      )
      .all(),
  );
