/**
 * Table `node_runs` of `resource_state.db`: the failures of each node since it completed a job last, and its rest (`src/domain/node/rest.ts`). A node
 * without failures has no row. All rows are in memory too, because every close asks for the run of its node. Only the ledger worker writes here.
 */
import type { NodeId } from '../../domain/ids.ts';
import type { NodeRest } from '../../domain/node/node-rest.ts';
import type { NodeTransition } from '../../domain/node/node-change.ts';
import type { NodeFailure, NodeRun } from '../../domain/node/rest.ts';
import { restTransition } from '../../domain/node/transitions.ts';
import { ledgerLimits } from '../limits.ts';
import type { Ledger } from '../ledger/open-ledger.ts';
import { addNodeChanges } from './node-changes.ts';

/** SQLite cannot change the CHECK of a column, so this migration copies the transitions into a table that allows the kind `rest`. */
export const nodeRunsTable = `
  CREATE TABLE node_runs (node TEXT PRIMARY KEY, run TEXT NOT NULL, changed_at_ms INTEGER NOT NULL) STRICT;
  CREATE TABLE node_changes_with_rest (
    seq INTEGER PRIMARY KEY,
    node TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    what TEXT NOT NULL CHECK (what IN ('state', 'service', 'rest')),
    from_value TEXT,
    to_value TEXT NOT NULL,
    evidence TEXT NOT NULL
  ) STRICT;
  INSERT INTO node_changes_with_rest SELECT seq, node, at_ms, what, from_value, to_value, evidence FROM node_changes;
  DROP TABLE node_changes;
  ALTER TABLE node_changes_with_rest RENAME TO node_changes;
  CREATE INDEX node_changes_of ON node_changes (node, seq);
`;

export interface RunRow {
  readonly node: NodeId;
  readonly run: string;
}
export const toRun = ({ run }: RunRow): NodeRun => JSON.parse(run) as NodeRun;

export class NodeRuns {
  readonly #ledger: Ledger;
  readonly #runs: Map<NodeId, NodeRun>;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
    this.#runs = new Map(
      ledger
        .statement<RunRow>('SELECT node, run FROM node_runs')
        .all()
        .map((row) => [row.node, toRun(row)]),
    );
  }

  of(node: NodeId): NodeRun | undefined {
    return this.#runs.get(node);
  }

  restOf(node: NodeId): NodeRest | undefined {
    return this.#runs.get(node)?.rest;
  }

  /** Returns true when at least one node rests. */
  hasRests(): boolean {
    return [...this.#runs.values()].some(({ rest }) => rest !== undefined);
  }

  /**
   * Returns the other nodes whose last ended try is the same kind of failure of the same work. A missing program counts also when other tries have
   * failed since.
   */
  failingAlike(node: NodeId, { work, kind, blame }: NodeFailure): readonly NodeId[] {
    return [...this.#runs].flatMap(([other, { failures }]) => {
      const shown = blame === 'program' ? failures : failures.slice(-1);
      return other !== node && shown.some((one) => one.work === work && one.kind === kind) ? [other] : [];
    });
  }

  /** Returns true when another node has failed because of a missing program since it completed a job last. */
  lackProgram(node: NodeId): boolean {
    return [...this.#runs].some(([other, { failures }]) => other !== node && failures.some(({ blame }) => blame === 'program'));
  }

  /**
   * Records the run of a node, and the transition when a rest begins, is prolonged or ends. `evidence` says why a rest ends. `cause` is the event about the
   * try that began the rest.
   */
  put(node: NodeId, run: NodeRun, evidence: string, nowMs: number, cause?: string): void {
    const changes: readonly NodeTransition[] = restTransition(node, this.restOf(node), run.rest, evidence, nowMs);
    this.#ledger.write(`record how jobs end on ${node}`, () => {
      addNodeChanges(this.#ledger, changes, { atMs: nowMs, actor: 'ledger', cause });
      if (run.failures.length === 0 && run.rest === undefined) this.#ledger.statement('DELETE FROM node_runs WHERE node = ?').run(node);
      else
        this.#ledger
          .statement('INSERT OR REPLACE INTO node_runs (node, run, changed_at_ms) VALUES (?, ?, ?)')
          .run(node, JSON.stringify(run), Math.round(nowMs));
      this.#ledger
        .statement(
          `DELETE FROM node_runs WHERE node IN (
             SELECT node FROM node_runs WHERE node NOT IN (SELECT node FROM nodes) AND node <> ? ORDER BY changed_at_ms DESC LIMIT -1 OFFSET ?)`,
        )
        .run(node, ledgerLimits.absentNodesMax);
    });
    if (run.failures.length === 0 && run.rest === undefined) this.#runs.delete(node);
    else this.#runs.set(node, run);
  }

  /** Ends the rest of a node and forgets its failures. Returns false when the node does not rest. */
  end(node: NodeId, evidence: string, nowMs: number): boolean {
    if (this.restOf(node) === undefined) return false;
    this.put(node, { failures: [] }, evidence, nowMs);
    return true;
  }
}
