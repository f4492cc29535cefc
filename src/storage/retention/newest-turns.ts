import type { NewestTurn } from '../../domain/cluster/retention.ts';
import type { PipelineConfig } from '../../domain/pipeline/pipeline.ts';
import { ledgerPaths } from '../ledger/ledger-paths.ts';
import { reading } from './reading.ts';

/**
 * Returns the newest turn of each pipeline, with the windows that its training may take: the window that the turn has fixed, and the window of the
 * cluster file (`windowTurns`), which holds from the next turn.
 */
export function newestTurns(state: string, windowTurns: Readonly<Record<string, number>>): ReadonlyMap<string, NewestTurn> {
  const paths = ledgerPaths(state);
  const fixed = reading(paths.ratings, (db) =>
    db
      .prepare<[], { pipeline: string; turn: number; config: string | null }>(
        'SELECT pipeline, max(turn) AS turn, config FROM turns GROUP BY pipeline',
      )
      .all(),
  );
  const staged = reading(paths.resources, (db) =>
    db.prepare<[], { pipeline: string; turn: number }>('SELECT name AS pipeline, turn FROM pipelines').all(),
  );
  const newest = new Map<string, NewestTurn>();
  for (const { pipeline, turn, config } of [...fixed, ...staged.map((row) => ({ ...row, config: null }))]) {
    const before = newest.get(pipeline);
    const windows = [config === null ? undefined : (JSON.parse(config) as PipelineConfig).windowTurns, windowTurns[pipeline]];
    newest.set(pipeline, {
      pipeline,
      turn: Math.max(turn, before?.turn ?? 0),
      windows: [...(before?.windows ?? []), ...windows.filter((window) => window !== undefined)],
    });
  }
  return newest;
}
