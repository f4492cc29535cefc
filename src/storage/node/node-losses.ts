/** Table `node_losses` of `resource_state.db`: the nodes that operators have declared lost and that have not answered since. */
import type { NodeId } from '../../domain/ids.ts';
import type { LossDecision } from '../../domain/node/decided-loss.ts';
import { publish, rememberCause } from '../event/publish.ts';
import type { Ledger } from '../ledger/open-ledger.ts';
import { stateStory } from './publish-transition.ts';

export const nodeLossesTable = `
  CREATE TABLE node_losses (
    node TEXT PRIMARY KEY,
    declared_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    at_ms INTEGER NOT NULL
  ) STRICT;
`;

interface LossRow {
  readonly node: NodeId;
  readonly declared_by: string;
  readonly reason: string;
  readonly at_ms: number;
}

export class NodeLosses {
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  all(): ReadonlyMap<NodeId, LossDecision> {
    const rows = this.#ledger.statement<LossRow>('SELECT * FROM node_losses').all();
    return new Map(rows.map((row) => [row.node, { node: row.node, by: row.declared_by, reason: row.reason, atMs: row.at_ms }]));
  }

  /** Records a decision. The event about it is the cause of the loss. */
  put({ node, by, reason, atMs }: LossDecision): void {
    rememberCause(this.#ledger, stateStory(node), publish(this.#ledger, 'NODE_DECLARED_LOST', { node, by, reason }, { atMs, actor: by }));
    this.#ledger
      .statement('INSERT OR REPLACE INTO node_losses (node, declared_by, reason, at_ms) VALUES (?, ?, ?, ?)')
      .run(node, by, reason, Math.round(atMs));
  }

  /** Removes the decisions about these nodes, and about nodes that the cluster does not have. */
  end(nodes: readonly NodeId[]): void {
    const end = this.#ledger.statement('DELETE FROM node_losses WHERE node = ?');
    for (const node of nodes) end.run(node);
    this.#ledger.statement('DELETE FROM node_losses WHERE node NOT IN (SELECT node FROM nodes)').run();
  }
}
