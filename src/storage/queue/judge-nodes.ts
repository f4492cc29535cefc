import type { ItemId, NodeId } from '../../domain/ids.ts';
import { couldTake } from '../../domain/item/placement.ts';
import { workOf } from '../../domain/item/work-of.ts';
import { blameOf } from '../../domain/failure/blame.ts';
import { nextRun, type NodeRun, workingRun } from '../../domain/node/rest.ts';
import type { ResourceState } from '../node/resource-state.ts';
import type { ClosedJobs } from './closed-jobs.ts';
import type { Closing } from './close-job.ts';
import type { ItemRow } from './item-columns.ts';
import { labelsOfShape } from './item-shape.ts';
import { worksElsewhere } from './works-elsewhere.ts';
import type { WorkQueue } from './work-queue.ts';

export interface JudgeLedgers {
  readonly queue: WorkQueue;
  readonly tasks: ClosedJobs;
  readonly resources: ResourceState;
}

interface Change {
  readonly node: NodeId;
  readonly run: NodeRun;
  readonly evidence: string;
}

/**
 * Decides what the tries that close together prove about their nodes (`src/domain/node/rest.ts`). A try that completed on a node without failures, which
 * is the usual case, costs one look into memory.
 */
export class NodeJudge {
  readonly #ledgers: JudgeLedgers;
  readonly #nowMs: number;
  readonly #changes = new Map<NodeId, Change>();
  readonly #giveBack: ItemId[] = [];
  #hasNewRest = false;

  constructor(ledgers: JudgeLedgers, nowMs: number) {
    this.#ledgers = ledgers;
    this.#nowMs = nowMs;
  }

  /** True when a rest has begun, was prolonged or has ended. */
  get hasNewRest(): boolean {
    return this.#hasNewRest;
  }

  /** Judges one try. Returns true when the fault is proven to be the node's and another node could take the item. */
  isNodesFault(row: ItemRow, { node, outcome }: Closing): boolean {
    const { queue, resources } = this.#ledgers;
    const before = this.#changes.get(node)?.run ?? resources.runs.of(node);
    const failure = outcome.type === 'failed' ? outcome.failure : undefined;
    if (failure === undefined ? before === undefined : blameOf(failure) === 'nothing') return false;
    const nowMs = this.#nowMs;
    const ended = { item: row.id, claimedAtMs: row.claimed_at_ms ?? nowMs, nowMs, ...(failure === undefined ? {} : { failure }) };
    const work = failure === undefined ? '' : workOf(queue.spec(row.seq));
    const change = nextRun(before ?? workingRun, { ...ended, work }, (seen) => ({
      failsAlike: resources.runs.failingAlike(node, seen).length > 0,
      lacksProgram: seen.blame === 'program' && resources.runs.lackProgram(node),
      works: worksElsewhere(this.#ledgers, row, { node, work }, nowMs),
    }));
    if (change.run === before) return false;
    this.#note(node, change.run, failure === undefined ? `${row.id} completed on it` : suspicion(row.id, node));
    const seen = change.run.failures.at(-1);
    if (change.suspectsPayload && seen !== undefined) this.#endOthers(resources.runs.failingAlike(node, seen), row.id, node);
    if (!change.isProven || !this.#hasOther(row, node)) return false;
    if (before?.rest === undefined) this.#giveBack.push(...change.run.failures.flatMap(({ item }) => (item === row.id ? [] : [item])));
    return true;
  }

  /** Records what was decided. The caller holds the transaction of the queue. `events` has the event about the last failed try of each node. */
  record(events: ReadonlyMap<NodeId, string>): void {
    const { resources, queue } = this.#ledgers;
    for (const { node, run, evidence } of this.#changes.values()) resources.runs.put(node, run, evidence, this.#nowMs, events.get(node));
    queue.giveBackTries(this.#giveBack);
  }

  #endOthers(others: readonly NodeId[], item: ItemId, node: NodeId): void {
    for (const other of others) {
      const run = this.#changes.get(other)?.run ?? this.#ledgers.resources.runs.of(other);
      if (run?.rest !== undefined) this.#note(other, { failures: run.failures }, suspicion(item, node));
    }
  }

  #note(node: NodeId, run: NodeRun, evidence: string): void {
    const rest = this.#changes.get(node)?.run.rest ?? this.#ledgers.resources.runs.restOf(node);
    if (run.rest?.sinceMs !== rest?.sinceMs) this.#hasNewRest = true;
    this.#changes.set(node, { node, run, evidence });
  }

  #hasOther(row: ItemRow, node: NodeId): boolean {
    const item = { slots: row.slots, labels: labelsOfShape(this.#ledgers.queue.shapeOf(row.seq)) };
    return this.#ledgers.resources.nodes().some((view) => view.node !== node && view.rest === undefined && couldTake(view, item));
  }
}

const suspicion = (item: ItemId, node: NodeId): string => `${item} failed in the same way on ${node}: the payload is suspected, not the node`;
