/**
 * `resource_state.db`: what the sweep last saw of each node, what operators wish of each node, and the stage of each pipeline. The observations are a
 * cache, which the next sweep rebuilds. Nothing rebuilds the wishes, the stages and the history (`node_changes`, `stages`).
 */
import { given } from '../../base/given.ts';
import { wishDuring } from '../../domain/cluster/pause.ts';
import type { NodeId } from '../../domain/ids.ts';
import { withDecision } from '../../domain/node/decided-loss.ts';
import { mergeNode } from '../../domain/node/merge.ts';
import { isAway, type NodeState, type NodeView, type ObservedNode } from '../../domain/node/node.ts';
import { stateTransitions } from '../../domain/node/transitions.ts';
import type { NodeWish } from '../../domain/node/wish.ts';
import type { PipelineStage } from '../../domain/pipeline/stages.ts';
import type { StageRecord } from '../../domain/pipeline/view.ts';
import { DaemonProcesses, daemonProcessesTable } from '../daemon/daemon-processes.ts';
import { Daemons, daemonsTable } from '../daemon/daemons.ts';
import { logFailureTable } from '../event/log-failure.ts';
import { outboxTables } from '../event/outbox.ts';
import type { Ledger, LedgerSchema } from '../ledger/open-ledger.ts';
import type { PipelineStanding } from '../../domain/pipeline/wish.ts';
import { PipelineWishes, pipelineWishesTable } from '../pipeline/pipeline-wishes.ts';
import { abandonStage, addToStages, stagesTable } from '../pipeline/stage-spans.ts';
import { newestTurnEvent, publishRest } from '../pipeline/publish-stage.ts';
import { ClusterPauses, clusterPauseTable } from './cluster-pauses.ts';
import { addNodeChanges, nodeChangesTable } from './node-changes.ts';
import { NodeLosses, nodeLossesTable } from './node-losses.ts';
import { NodeRuns, nodeRunsTable } from './node-runs.ts';
import { NodeWishes, nodeWishesTable } from './node-wishes.ts';

export const resourceStateSchema: LedgerSchema = {
  name: 'resource state',
  migrations: [
    `
    CREATE TABLE nodes (
      node TEXT PRIMARY KEY,
      state TEXT NOT NULL,
      since_ms INTEGER NOT NULL,
      observed_at_ms INTEGER NOT NULL,
      view TEXT NOT NULL
    ) STRICT;
    CREATE TABLE pipelines (
      name TEXT PRIMARY KEY,
      turn INTEGER NOT NULL,
      stage TEXT NOT NULL,
      since_ms INTEGER NOT NULL,
      detail TEXT NOT NULL,
      evaluation TEXT,
      failure TEXT
    ) STRICT;
    `,
    nodeWishesTable,
    nodeChangesTable + stagesTable,
    nodeRunsTable,
    nodeLossesTable,
    pipelineWishesTable,
    outboxTables + logFailureTable,
    daemonsTable,
    daemonProcessesTable,
    clusterPauseTable,
  ],
};

export interface PipelineRow {
  readonly name: string;
  readonly turn: number;
  readonly stage: PipelineStage;
  readonly since_ms: number;
  readonly detail: string;
  readonly evaluation: string | null;
  readonly failure: string | null;
}

export class ResourceState {
  readonly ledger: Ledger;
  readonly wishes: NodeWishes;
  readonly pauses: ClusterPauses;
  readonly runs: NodeRuns;
  readonly losses: NodeLosses;
  readonly pipelineWishes: PipelineWishes;
  readonly daemons: Daemons;
  readonly daemonProcesses: DaemonProcesses;
  #lastNodes: { readonly own: number; readonly others: number; readonly nodes: readonly NodeView[] } | undefined;

  constructor(ledger: Ledger) {
    this.ledger = ledger;
    this.wishes = new NodeWishes(ledger);
    this.pauses = new ClusterPauses(ledger);
    this.runs = new NodeRuns(ledger);
    this.losses = new NodeLosses(ledger);
    this.pipelineWishes = new PipelineWishes(ledger);
    this.daemons = new Daemons(ledger);
    this.daemonProcesses = new DaemonProcesses(ledger);
  }

  /**
   * Records what the sweep saw of all nodes of the cluster, and each transition since the last record. Observations of other nodes are deleted. Returns
   * the nodes with the decisions of operators applied: a node that was declared lost stays lost until it answers.
   */
  recordNodes(seen: readonly ObservedNode[], nowMs: number): readonly ObservedNode[] {
    return this.ledger.write('record nodes', () => {
      const losses = this.losses.all();
      const nodes = losses.size === 0 ? seen : seen.map((one) => withDecision(one, losses.get(one.node)));
      const states = this.ledger.statement<{ node: NodeId; state: NodeState }>('SELECT node, state FROM nodes').all();
      addNodeChanges(this.ledger, stateTransitions(new Map(states.map(({ node, state }) => [node, state])), nodes, nowMs), {
        atMs: nowMs,
        actor: 'sweep',
      });
      const put = this.ledger.statement('INSERT OR REPLACE INTO nodes (node, state, since_ms, observed_at_ms, view) VALUES (?, ?, ?, ?, ?)');
      this.ledger.statement('DELETE FROM nodes').run();
      for (const view of nodes) put.run(view.node, view.state, Math.round(view.sinceMs), Math.round(view.observedAtMs), JSON.stringify(view));
      if (losses.size > 0) this.losses.end(nodes.flatMap(({ node, state }) => (state === 'alive' ? [node] : [])));
      return nodes;
    });
  }

  /** Deletes the observation of a node that left the cluster file, so that nothing is claimed there. A sweep that still sees the node records it again. */
  forgetNode(node: NodeId): void {
    this.ledger.write(`forget ${node}`, () => this.ledger.statement('DELETE FROM nodes WHERE node = ?').run(node));
  }

  /**
   * Returns every node of the cluster, with the observation of the node, its wish, the pause of the cluster and its rest merged. Every claim and every close of a job reads the
   * nodes, and parsing 300 of them takes a millisecond. So the last result is returned again until a row of this file has changed.
   */
  nodes(): readonly NodeView[] {
    const { own, others } = this.#changes();
    const last = this.#lastNodes;
    if (last?.own === own && last.others === others) return last.nodes;
    const nodes = this.#readNodes();
    this.#lastNodes = { own, others, nodes };
    return nodes;
  }

  /** Returns a count of the rows that this connection has changed, and the version of the file, which changes with the changes of other connections. */
  #changes(): { readonly own: number; readonly others: number } {
    const changes = this.ledger
      .statement<{ own: number; others: number }>('SELECT total_changes() AS own, (SELECT data_version FROM pragma_data_version) AS others')
      .get();
    return changes ?? { own: -1, others: -1 };
  }

  #readNodes(): readonly NodeView[] {
    const wishes = this.wishes.all();
    const pause = this.pauses.present();
    return this.observedNodes().map((seen) => mergeNode(seen, wishDuring(pause, wishes.get(seen.node)), [], this.runs.restOf(seen.node)));
  }

  /** Returns every node of the cluster as the sweep saw it last. */
  observedNodes(): readonly ObservedNode[] {
    return this.ledger.read('read nodes', () =>
      this.ledger
        .statement<{ view: string }>('SELECT view FROM nodes ORDER BY node')
        .all()
        .map(({ view }) => JSON.parse(view) as ObservedNode),
    );
  }

  /** Returns the wishes of these nodes. A node without a wish is not in the result. */
  wishesOf(nodes: readonly ObservedNode[]): Readonly<Record<NodeId, NodeWish>> {
    const wishes = this.wishes.all();
    return Object.fromEntries(
      nodes.flatMap(({ node }) => {
        const wish = wishes.get(node);
        return wish === undefined ? [] : [[node, wish]];
      }),
    );
  }

  /** Returns the nodes that are lost. */
  lostNodes(): readonly NodeView[] {
    return this.nodes().filter(({ state }) => state === 'lost');
  }

  /** Returns the nodes that are unreachable or lost. A stage does not wait for these nodes. */
  awayNodes(): readonly NodeView[] {
    return this.nodes().filter(isAway);
  }

  /**
   * Records the turn and the stage of a pipeline, and adds the change to the history of stages. A record of an earlier turn has arrived late and is
   * ignored. The figures of an evaluation are kept until the next turn, and a failure is kept until the next record. `cause` is the event that ended the
   * stage from outside. Returns the newest event about the turns of the pipeline.
   */
  recordStage(entry: StageRecord, nowMs: number, cause?: string): string | undefined {
    return this.ledger.write(`record the stage of ${entry.pipeline}`, () => {
      const before = this.ledger
        .statement<Pick<PipelineRow, 'turn' | 'stage' | 'detail'>>('SELECT turn, stage, detail FROM pipelines WHERE name = ?')
        .get(entry.pipeline);
      const isLate = before !== undefined && entry.turn < before.turn;
      if (!isLate) {
        addToStages(this.ledger, entry, before?.detail, nowMs, cause);
        if (before?.turn !== entry.turn || before.stage !== entry.stage) publishRest(this.ledger, entry, nowMs, cause);
      }
      const newest = newestTurnEvent(this.ledger, entry.pipeline);
      // Without a failure, the wish in the record is an operator's.
      if (entry.standing !== undefined) {
        const because = entry.failure === undefined ? undefined : newest;
        this.pipelineWishes.report(entry.pipeline, entry.standing, { nowMs, heldAtMs: nowMs, ...given({ cause: because }) });
      }
      if (isLate) return newest;
      this.ledger
        .statement(
          `INSERT INTO pipelines (name, turn, stage, since_ms, detail, evaluation, failure) VALUES (?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (name) DO UPDATE SET
             since_ms = CASE WHEN turn = excluded.turn AND stage = excluded.stage THEN since_ms ELSE excluded.since_ms END,
             evaluation = CASE WHEN turn = excluded.turn THEN coalesce(excluded.evaluation, evaluation) ELSE excluded.evaluation END,
             turn = excluded.turn, stage = excluded.stage, detail = excluded.detail, failure = excluded.failure`,
        )
        .run(
          entry.pipeline,
          entry.turn,
          entry.stage,
          nowMs,
          entry.detail,
          entry.evaluation === undefined ? null : JSON.stringify(entry.evaluation),
          entry.failure === undefined ? null : JSON.stringify(entry.failure),
        );
      return newest;
    });
  }

  /** Returns the turn and the stage of a pipeline. */
  pipelineRow(pipeline: string): Pick<PipelineRow, 'turn' | 'stage'> | undefined {
    return this.ledger.statement<Pick<PipelineRow, 'turn' | 'stage'>>('SELECT turn, stage FROM pipelines WHERE name = ?').get(pipeline);
  }

  /** Records that a run of a turn begins. If an earlier run left a stage open, the stage is closed as abandoned. */
  beginTurn(pipeline: string, turn: number, nowMs: number, standing?: PipelineStanding): void {
    this.ledger.write(`begin turn ${turn} of ${pipeline}`, () => {
      if (standing !== undefined) this.pipelineWishes.report(pipeline, standing, { nowMs });
      const before = this.ledger.statement<{ detail: string }>('SELECT detail FROM pipelines WHERE name = ?').get(pipeline);
      abandonStage(this.ledger, pipeline, turn, before?.detail, nowMs);
    });
  }

  close(): void {
    this.ledger.close();
  }
}
