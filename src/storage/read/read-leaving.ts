import type { ItemId, NodeId } from '../../domain/ids.ts';
import type { LeavingNode } from '../../domain/node/leaving.ts';
import { gamesFileName } from '../../domain/game/games-file.ts';
import { ledgerPaths } from '../ledger/ledger-paths.ts';
import { openLedgerReader } from '../ledger/ledger-reader.ts';
import { readLimits } from '../limits.ts';
import { isOpenRow } from '../queue/work-queue-rows.ts';

interface CompletedRow {
  readonly id: ItemId;
  readonly kind: string;
  readonly closed_at_ms: number;
  readonly outputs: string;
}

/**
 * Returns what leaves with each of these nodes when the cluster file no longer names them: their open jobs, the items whose games are not home yet, and
 * the datasets that have outputs of jobs on the node and were not synced home since. The ledgers are opened read-only and closed again.
 */
export function readLeaving(stateFolder: string, nodes: readonly NodeId[]): readonly LeavingNode[] {
  if (nodes.length === 0) return [];
  const paths = ledgerPaths(stateFolder);
  const [queue, games, syncs] = [openLedgerReader(paths.queue), openLedgerReader(paths.games), openLedgerReader(paths.syncs)];
  try {
    return nodes.map((node) => {
      const jobs = queue.all<{ id: ItemId; epoch: number }>(`SELECT id, epoch FROM items WHERE ${isOpenRow} AND node = ? ORDER BY seq`, node);
      const completed = queue.all<CompletedRow>(
        `SELECT id, kind, closed_at_ms, json_extract(json, '$.outputs') AS outputs FROM items JOIN specs USING (seq)
           WHERE state = 'completed' AND closed_at_ms IS NOT NULL AND node = ? ORDER BY closed_at_ms DESC LIMIT ?`,
        node,
        readLimits.leavingItemsMax,
      );
      const isHome = (id: ItemId): boolean => games.get('SELECT 1 FROM read_files WHERE name = ?', gamesFileName(id)) !== undefined;
      const gamesAway = completed.filter(({ id, kind }) => kind === 'self-play' && !isHome(id)).map(({ id }) => id);
      const newest = new Map<string, number>();
      for (const { outputs, closed_at_ms: atMs } of completed.toReversed()) for (const dataset of datasetsOf(outputs)) newest.set(dataset, atMs);
      const isSynced = (dataset: string, sinceMs: number): boolean =>
        syncs.get(
          `SELECT 1 FROM syncs WHERE dataset = ? AND source = ? AND target = 'home' AND state = 'completed' AND timestamp >= ?`,
          dataset,
          node,
          new Date(sinceMs).toISOString(),
        ) !== undefined;
      const datasets = [...newest].flatMap(([dataset, atMs]) => (isSynced(dataset, atMs) ? [] : [dataset]));
      return { node, jobs, gamesAway, datasets };
    });
  } finally {
    for (const reader of [queue, games, syncs]) reader.close();
  }
}

function datasetsOf(outputs: string): readonly string[] {
  const rules = JSON.parse(outputs) as readonly { readonly to: string }[];
  return rules.flatMap(({ to }) => (to.startsWith('dataset:') ? [to.slice('dataset:'.length)] : []));
}
