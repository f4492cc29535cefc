/**
 * Table `node_wishes` of `resource_state.db`: what operators wish of nodes. The sweep never writes here. When the cluster file stops naming a node,
 * the node's wish is kept. The wish holds again when the file names the node again, because only an operator takes a wish back.
 */
import { given } from '../../base/given.ts';
import type { NodeId } from '../../domain/ids.ts';
import { serviceTransition } from '../../domain/node/transitions.ts';
import { lastChangeMs, type NodeService, type NodeWish } from '../../domain/node/wish.ts';
import { ledgerLimits } from '../limits.ts';
import type { Ledger } from '../ledger/open-ledger.ts';
import { addNodeChanges } from './node-changes.ts';

export const nodeWishesTable = `
  CREATE TABLE node_wishes (
    node TEXT PRIMARY KEY,
    service TEXT NOT NULL CHECK (service IN ('in-service', 'cordoned', 'draining')),
    slots INTEGER,
    labels TEXT,
    reason TEXT NOT NULL,
    wished_by TEXT NOT NULL,
    since_ms INTEGER NOT NULL,
    drained_at_ms INTEGER
  ) STRICT;
`;

export interface WishRow {
  readonly node: NodeId;
  readonly service: NodeService;
  readonly slots: number | null;
  readonly labels: string | null;
  readonly reason: string;
  readonly wished_by: string;
  readonly since_ms: number;
  readonly drained_at_ms: number | null;
}

export const toWish = (row: WishRow): NodeWish => ({
  service: row.service,
  reason: row.reason,
  by: row.wished_by,
  sinceMs: row.since_ms,
  ...given({
    slots: row.slots ?? undefined,
    labels: row.labels === null ? undefined : (JSON.parse(row.labels) as string[]),
    drainedAtMs: row.drained_at_ms ?? undefined,
  }),
});

export class NodeWishes {
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  of(node: NodeId): NodeWish | undefined {
    const row = this.#ledger.statement<WishRow>('SELECT * FROM node_wishes WHERE node = ?').get(node);
    return row === undefined ? undefined : toWish(row);
  }

  all(): ReadonlyMap<NodeId, NodeWish> {
    const rows = this.#ledger.statement<WishRow>('SELECT * FROM node_wishes').all();
    return new Map(rows.map((row) => [row.node, toWish(row)]));
  }

  /**
   * Replaces the node's wish and adds the transition to the history. When there are too many wishes for nodes that the cluster does not have, the
   * oldest of these wishes are deleted.
   */
  put(node: NodeId, wish: NodeWish): void {
    this.#ledger.write(`record the wish of ${node}`, () => {
      addNodeChanges(this.#ledger, serviceTransition(node, this.of(node), wish), { atMs: lastChangeMs(wish), actor: wish.by });
      this.#ledger
        .statement(
          'INSERT OR REPLACE INTO node_wishes (node, service, slots, labels, reason, wished_by, since_ms, drained_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
        )
        .run(
          node,
          wish.service,
          wish.slots ?? null,
          wish.labels === undefined ? null : JSON.stringify(wish.labels),
          wish.reason,
          wish.by,
          Math.round(wish.sinceMs),
          wish.drainedAtMs === undefined ? null : Math.round(wish.drainedAtMs),
        );
      this.#ledger
        .statement(
          `DELETE FROM node_wishes WHERE node IN (
             SELECT node FROM node_wishes WHERE node NOT IN (SELECT node FROM nodes) AND node <> ? ORDER BY since_ms DESC LIMIT -1 OFFSET ?)`,
        )
        .run(node, ledgerLimits.absentNodesMax);
    });
  }
}
