import { type ClusterPause, wishDuring } from '../../domain/cluster/pause.ts';
import type { JobRef } from '../../domain/ids.ts';
import { mergeNode } from '../../domain/node/merge.ts';
import type { NodeTransition } from '../../domain/node/node-change.ts';
import type { NodeView, ObservedNode } from '../../domain/node/node.ts';
import { given } from '../../base/given.ts';
import { isDraining, type NodeWish } from '../../domain/node/wish.ts';
import { ledgerLimits, readLimits } from '../limits.ts';
import { readPause } from '../node/cluster-pauses.ts';
import { readNodeChanges } from '../node/node-changes.ts';
import { type RunRow, toRun } from '../node/node-runs.ts';
import { toWish, type WishRow } from '../node/node-wishes.ts';
import { isOpenRow } from '../queue/work-queue-rows.ts';
import { bounded, type LedgerFiles, parseJson } from './ledger-files.ts';

export const nodeReads = (files: LedgerFiles) => ({
  /** Returns the time of the newest look at any node. Returns undefined when no look was recorded. */
  newestLookMs: (): number | undefined => files.resources.get<{ at: number | null }>('SELECT max(observed_at_ms) AS at FROM nodes')?.at ?? undefined,

  /** Returns each node as the sweep saw it last, with its grade, and with its wish. */
  knownNodes: (): readonly { readonly view: ObservedNode; readonly wish?: NodeWish }[] => {
    const wishes = wishesOf(files);
    return files.resources.all<{ view: string }>('SELECT view FROM nodes ORDER BY node').map(({ view }) => {
      const observed = parseJson<ObservedNode>(view);
      return { view: observed, ...given({ wish: wishes.get(observed.node) }) };
    });
  },

  /** Returns the pause of the whole cluster, or undefined when the cluster goes on. */
  clusterPause: (): ClusterPause | undefined => readPause(files.resources),

  /** Returns the last transitions of a node, the newest first. */
  nodeChanges: (node: string, limit?: number): readonly NodeTransition[] =>
    readNodeChanges(files.resources, node, bounded(limit ?? readLimits.recentRowsMax)),
});

const wishesOf = ({ resources }: Pick<LedgerFiles, 'resources'>): ReadonlyMap<string, NodeWish> =>
  new Map(resources.all<WishRow>('SELECT * FROM node_wishes').map((row) => [row.node, toWish(row)]));

/** Returns each node: the observation merged with the wish, the pause of the cluster and the rest. A draining node lists the jobs that it waits for. */
export function nodesOf({ resources, queue }: LedgerFiles): readonly NodeView[] {
  const wishes = wishesOf({ resources });
  const pause = readPause(resources);
  const rests = new Map(resources.all<RunRow>('SELECT node, run FROM node_runs').map((row) => [row.node, toRun(row).rest]));
  return resources.all<{ view: string }>('SELECT view FROM nodes ORDER BY node').map(({ view }) => {
    const observed = parseJson<ObservedNode>(view);
    const wish = wishDuring(pause, wishes.get(observed.node));
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
