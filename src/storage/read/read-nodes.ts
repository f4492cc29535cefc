import type { JobRef } from '../../domain/ids.ts';
import { mergeNode } from '../../domain/node/merge.ts';
import type { NodeTransition } from '../../domain/node/node-change.ts';
import type { NodeView, ObservedNode } from '../../domain/node/node.ts';
import { isDraining } from '../../domain/node/wish.ts';
import { ledgerLimits, readLimits } from '../limits.ts';
import { readNodeChanges } from '../node/node-changes.ts';
import { type RunRow, toRun } from '../node/node-runs.ts';
import { toWish, type WishRow } from '../node/node-wishes.ts';
import { isOpenRow } from '../queue/work-queue-rows.ts';
import { bounded, type LedgerFiles, parseJson } from './ledger-files.ts';

export const nodeReads = (files: LedgerFiles) => ({
  /** Returns the last transitions of a node, the newest first. */
  nodeChanges: (node: string, limit?: number): readonly NodeTransition[] =>
    readNodeChanges(files.resources, node, bounded(limit ?? readLimits.recentRowsMax)),
});

/** Returns each node: the observation merged with the wish and the rest. A draining node lists the jobs that it waits for. */
export function nodesOf({ resources, queue }: LedgerFiles): readonly NodeView[] {
  const wishes = new Map(resources.all<WishRow>('SELECT * FROM node_wishes').map((row) => [row.node, toWish(row)]));
  const rests = new Map(resources.all<RunRow>('SELECT node, run FROM node_runs').map((row) => [row.node, toRun(row).rest]));
  return resources.all<{ view: string }>('SELECT view FROM nodes ORDER BY node').map(({ view }) => {
    const observed = parseJson<ObservedNode>(view);
    const wish = wishes.get(observed.node);
    const waitsFor = isDraining({ wish })
      ? queue.all<JobRef>(
          `SELECT id AS item, epoch FROM items WHERE ${isOpenRow} AND node = ? ORDER BY seq LIMIT ?`,
          observed.node,
          ledgerLimits.listRowsMax,
        )
      : [];
    return mergeNode(observed, wish, waitsFor, rests.get(observed.node));
  });
}
