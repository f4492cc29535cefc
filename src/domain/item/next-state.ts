/**
 * Decides the next state of an item after one of its tries has ended. `work-item.ts` shows the states and the arrows between them. The first row that
 * fits holds.
 *
 * | outcome of the try                                            | attempt counts | next state |
 * |---------------------------------------------------------------|----------------|------------|
 * | completed                                                     | yes            | completed  |
 * | any failure after a cancel was asked for                      | yes            | cancelled  |
 * | job.cancelled                                                 | yes            | cancelled  |
 * | job.stopped (`down` ended the job; the job did not fail)      | no             | pending    |
 * | node.unknown (the node left the cluster file)                 | no             | pending    |
 * | class configuration, but not transport.*: no other try can do | yes            | failed     |
 * |  better. (After transport.*, another node may be reachable.)  |                |            |
 * | any other failure, proven to be the node's fault (see         | no             | pending    |
 * |  `src/domain/node/rest.ts`), at most `freeTriesMax` times     |                |            |
 * | any other failure, and attempts are left                      | yes            | pending    |
 * | job.timeout, and no attempts are left                         | yes            | timed-out  |
 * | any other failure, and no attempts are left                   | yes            | dead       |
 *
 * A try that completed stays completed even if a cancel was asked for before its end, because its result exists and is verified.
 */
import { blameOf } from '../failure/blame.ts';
import type { FailureRecord } from '../failure/record.ts';
import { classOf } from '../failure/table.ts';
import type { NodeId } from '../ids.ts';
import { freeTriesMax, historyLineCharsMax, historyLinesMax } from '../limits.ts';
import type { ItemState } from './work-item.ts';
import type { JobOutcome } from '../job/try-end.ts';
import { sentenceOf } from '../failure/sentence.ts';

export interface ClosingItem {
  readonly attempts: number;
  /** Number of earlier tries that did not count, because the fault was proven to be their node's. */
  readonly freeTries: number;
  readonly attemptsMax: number;
  readonly cancelRequested: boolean;
  readonly history: readonly string[];
}

export interface EndedTry {
  readonly epoch: number;
  readonly node: NodeId;
  readonly atMs: number;
  readonly outcome: JobOutcome;
  /** True when the fault is proven to be the node's and another node could take the item. */
  readonly isNodesFault?: boolean;
}

export interface CloseDecision {
  readonly state: Exclude<ItemState, 'claimed' | 'running'>;
  readonly attempts: number;
  readonly freeTries: number;
  /** True when the item avoids the node from now on. */
  readonly avoidNode: boolean;
  readonly history: readonly string[];
}

/** Returns the next state of the item, and its attempts and history with this try added. */
export function decideClose(item: ClosingItem, ended: EndedTry): CloseDecision {
  const { outcome } = ended;
  const history = [...item.history, historyLine(ended)].slice(-historyLinesMax);
  const { freeTries } = item;
  const counted = { attempts: item.attempts + 1, freeTries, history };
  if (outcome.type === 'completed') return { ...counted, state: 'completed', avoidNode: false };
  const { failure } = outcome;
  if (item.cancelRequested || failure.code === 'job.cancelled') return { ...counted, state: 'cancelled', avoidNode: false };
  if (failure.code === 'node.unknown') return { attempts: item.attempts, freeTries, history, state: 'pending', avoidNode: true };
  if (failure.code === 'job.stopped') return { attempts: item.attempts, freeTries, history, state: 'pending', avoidNode: false };
  if (classOf(failure.code) === 'configuration' && !failure.code.startsWith('transport.')) return { ...counted, state: 'failed', avoidNode: false };
  const avoidNode = blameOf(failure) !== 'nothing';
  if (ended.isNodesFault === true && item.freeTries < freeTriesMax)
    return { attempts: item.attempts, freeTries: item.freeTries + 1, history, state: 'pending', avoidNode };
  if (counted.attempts < item.attemptsMax) return { ...counted, state: 'pending', avoidNode };
  return { ...counted, state: failure.code === 'job.timeout' ? 'timed-out' : 'dead', avoidNode };
}

/** Returns a line such as "#2 on b at 2025-01-31T10:00:00.000Z: job.killed: Cannot …". */
function historyLine({ epoch, node, atMs, outcome }: EndedTry): string {
  const ending = outcome.type === 'completed' ? 'completed' : failureLine(outcome.failure);
  return `#${epoch} on ${node} at ${new Date(atMs).toISOString()}: ${ending}`.slice(0, historyLineCharsMax);
}

const failureLine = (failure: FailureRecord): string =>
  [`${failure.code}: ${sentenceOf(failure)}`, ...failure.chain.map((cause) => `← ${cause}`)].join(' ');
