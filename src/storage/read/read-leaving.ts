import type { ItemId } from '../../domain/ids.ts';
import { fits } from '../../domain/node/merge.ts';
import type { NodeConfig } from '../../domain/cluster/cluster.ts';
import type { LeavingNode } from '../../domain/node/leaving.ts';
import { gamesFileName } from '../../domain/game/games-file.ts';
import { ledgerPaths } from '../ledger/ledger-paths.ts';
import { openLedgerReader } from '../ledger/ledger-reader.ts';
import { ledgerLimits, readLimits } from '../limits.ts';
import { labelsOfShape, slotsOfShape } from '../queue/item-shape.ts';
import { isOpenRow } from '../queue/work-queue-rows.ts';

type NodePower = Pick<NodeConfig, 'id' | 'slots' | 'labels'>;

interface CompletedRow {
  readonly id: ItemId;
  readonly kind: string;
  readonly closed_at_ms: number;
  readonly outputs: string;
}

/** The items that wait, and those that run on the node. */
const isLeft = `(state = 'pending' OR (${isOpenRow} AND node = ?))`;
const selectFirst = `SELECT id FROM items WHERE ${isLeft} AND shape = ? ORDER BY priority DESC, seq LIMIT ${ledgerLimits.shapeItemsShownMax}`;

/**
 * Returns what leaves with each of these nodes when the cluster file no longer names them: their open jobs, the items whose games are not home yet, and
 * the datasets that have outputs of jobs on the node and were not synced home since. `rest` are the nodes that the file still names. The ledgers are opened read-only and closed again.
 */
export function readLeaving(stateFolder: string, nodes: readonly NodePower[], rest: readonly NodePower[]): readonly LeavingNode[] {
  if (nodes.length === 0) return [];
  const paths = ledgerPaths(stateFolder);
  const [queue, games, syncs] = [openLedgerReader(paths.queue), openLedgerReader(paths.games), openLedgerReader(paths.syncs)];
  try {
    return nodes.map((power) => {
      const node = power.id;
      const stranded = queue
        .all<{ shape: string; items: number }>(`SELECT shape, count(*) AS items FROM items WHERE ${isLeft} GROUP BY shape`, node)
        .map(({ shape, items }) => ({ shape, items, slots: slotsOfShape(shape), labels: labelsOfShape(shape) }))
        .filter((need) => fits(power, need) && !rest.some((other) => fits(other, need)))
        .map(({ shape, ...need }) => ({ ...need, first: queue.all<{ id: ItemId }>(selectFirst, node, shape).map(({ id }) => id) }));
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
      return { node, jobs, gamesAway, datasets, stranded };
    });
  } finally {
    for (const reader of [queue, games, syncs]) reader.close();
  }
}

function datasetsOf(outputs: string): readonly string[] {
  const rules = JSON.parse(outputs) as readonly { readonly to: string }[];
  return rules.flatMap(({ to }) => (to.startsWith('dataset:') ? [to.slice('dataset:'.length)] : []));
}
