/**
 * Decides when a node rests because jobs fail on it, and when its rest is over. A rest is an observation of ours: `node uncordon` ends it, and it never
 * excludes every node (`src/domain/item/placement.ts`).
 *
 *   working ──(see the table)──→ resting until T ──(T)──→ canary: one item ──completed──→ working
 *                                     ↑                        └──failed: T doubles──┐
 *                                     └──────────────────────────────────────────────┘
 *
 * | the try that ended                                              | the node                                                      |
 * |-----------------------------------------------------------------|---------------------------------------------------------------|
 * | completed, claimed after the rest began or without a rest       | works; its failures are forgotten                             |
 * | failed, blame `nothing`                                          | stays as it is                                                |
 * | failed, blame `node`                                            | rests at once                                                 |
 * | failed, blame `program`                                         | rests at once, unless the payload is suspected, or another    |
 * |                                                                 | node has failed lately with blame `program`                   |
 * | failed, and `failuresBeforeRest` different items failed in a    | rests, unless the payload is suspected                        |
 * |  row on the node                                                |                                                               |
 * | failed as the canary                                            | rests twice as long, unless the payload is suspected          |
 * | failed, claimed before the rest began                           | stays as it is: this try says nothing new                     |
 *
 * The payload is suspected when the same kind of failure of the same work was the last thing that happened on another node, and no other node has
 * completed this work lately. So a mistake in a payload, which fails everywhere, does not make all nodes rest one after another: the second node shows
 * that the first need not rest either, and its rest ends. A program that is missing on two nodes is suspected whatever happened on the other node since:
 * many mistyped commands would otherwise make all nodes rest in turn. For the same reason missing programs count in a row only when they are one program.
 *
 * A try does not count towards `attemptsMax` when the fault is proven to be the node's: its disk was full, or the node was rested while another node
 * completed the same work. It counts all the same when no other node could take the item, and after `freeTriesMax` such tries.
 */
import { type Blame, blameOf, kindOfFailure } from '../failure/blame.ts';
import type { FailureRecord } from '../failure/record.ts';
import type { FailureCode } from '../failure/table.ts';
import type { ItemId } from '../ids.ts';
import { failuresBeforeRest, nodeFailuresMax, restMsFirst, restMsMax } from '../limits.ts';
import type { NodeRest } from './node-rest.ts';

/** A failed try on a node, as far as it can say something about the node. */
export interface NodeFailure {
  readonly item: ItemId;
  readonly code: FailureCode;
  /** Equal for items of one stage and turn, or with the same command: kind, pipeline, turn, command and payload. */
  readonly work: string;
  readonly kind: string;
  /** Absent in a record of an older release. */
  readonly blame?: Blame;
  readonly atMs: number;
}

/** The failures of a node since it completed a job last, oldest first, one for each item; and its rest. */
export interface NodeRun {
  readonly failures: readonly NodeFailure[];
  readonly rest?: NodeRest;
}
export const workingRun: NodeRun = { failures: [] };

export interface EndedOnNode {
  readonly item: ItemId;
  readonly work: string;
  readonly claimedAtMs: number;
  readonly nowMs: number;
  /** Absent when the try completed. */
  readonly failure?: FailureRecord;
}

/** What other nodes show about the same work. */
export interface Elsewhere {
  /** True when another node's last ended try is the same kind of failure of the same work. */
  readonly failsAlike: boolean;
  /** True when another node has failed with blame `program` since it completed a job last, whatever the program. */
  readonly lacksProgram: boolean;
  /** True when another node has completed the same work lately. */
  readonly works: boolean;
}

export interface RunChange {
  readonly run: NodeRun;
  /** True when this try began or prolonged the rest. */
  readonly rests: boolean;
  /** True when the payload is suspected: the rest of another node with the same failure ends, too. */
  readonly suspectsPayload: boolean;
  /** True when the fault is proven to be the node's. */
  readonly isProven: boolean;
}

/** Returns the node's run after this try. `elsewhere` is called only when the decision depends on other nodes, because it costs a query. */
export function nextRun(before: NodeRun, ended: EndedOnNode, elsewhere: (failure: NodeFailure) => Elsewhere): RunChange {
  const { failure, nowMs } = ended;
  const unchanged = { run: before, rests: false, suspectsPayload: false, isProven: false };
  const isCanary = before.rest !== undefined && ended.claimedAtMs > before.rest.sinceMs;
  if (failure === undefined) return before.rest === undefined || isCanary ? { ...unchanged, run: workingRun } : unchanged;
  const blame = blameOf(failure);
  if (blame === 'nothing') return unchanged;
  const seen: NodeFailure = { item: ended.item, code: failure.code, work: ended.work, kind: kindOfFailure(failure), blame, atMs: nowMs };
  const failures = [...before.failures.filter(({ item }) => item !== ended.item), seen].slice(-nodeFailuresMax);
  const run = { ...before, failures };
  if (before.rest !== undefined && !isCanary) return { ...unchanged, run };
  if (blame === 'node') return { run: rested(run, seen, nowMs), rests: true, suspectsPayload: false, isProven: true };
  const inRow = failures.filter(({ kind }) => (blame === 'program' ? kind === seen.kind : true)).length;
  if (blame !== 'program' && !isCanary && inRow < failuresBeforeRest) return { ...unchanged, run };
  const { failsAlike, lacksProgram, works } = elsewhere(seen);
  if (blame === 'program' && lacksProgram && !failsAlike && !works && !isCanary && inRow < failuresBeforeRest) return { ...unchanged, run };
  if (failsAlike && !works) return { run: { failures }, rests: false, suspectsPayload: true, isProven: false };
  return { run: rested(run, seen, nowMs), rests: true, suspectsPayload: false, isProven: works };
}

function rested({ failures, rest }: NodeRun, { code }: NodeFailure, nowMs: number): NodeRun {
  const rests = (rest?.rests ?? 0) + 1;
  const restMs = Math.min(restMsFirst * 2 ** (rests - 1), restMsMax);
  const names = failures.slice(-failuresBeforeRest).map(({ item, code: each }) => `${item} (${each})`);
  const because =
    rest === undefined
      ? `${names.length === 1 ? 'an item' : `${names.length} items in a row`} failed there: ${names.join(', ')}`
      : `its canary failed: ${names.at(-1)}`;
  return { failures, rest: { sinceMs: nowMs, untilMs: nowMs + restMs, rests, code, because } };
}
