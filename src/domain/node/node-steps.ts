/**
 * Decides what the workflow `node/<id>` does, one step at a time. The steps of a round have a fixed order. Each step is decided only when it may
 * start, from what is known then. So a verdict that arrives during one step counts for the next step.
 *
 * A change is a verdict or a wish that was not announced yet.
 *
 * | step              | is due when                                                                          |
 * |-------------------|--------------------------------------------------------------------------------------|
 * | rest              | always; the rest ends early when a change arrives                                    |
 * | announce          | there is a change and the node is not lost                                           |
 * | announce-loss     | there is a change and the node is lost: the dispatcher then signals the node's jobs  |
 * | start-worker      | the cluster file wants a worker on the node, the node is alive, and no worker runs   |
 * | tidy              | the node is alive, and the last tidying was `tidyEveryMs` ago                        |
 * | tidy-strays       | the node is alive, and it was asked for old folders and games `straysEveryMs` ago    |
 * | show              | the sweep has looked at the node                                                     |
 * | continue-as-new   | the history is long, and there is no change                                          |
 *
 * A drained node is left to the operator: no worker is started on the node, and no folder is removed from it.
 */
import { historyEventsMax, restSecondsMax, straysEveryMs, tidyEveryMs } from '../limits.ts';
import type { NodeState, ObservedNode } from './node.ts';
import { isDrained, isInService, type NodeWish, serviceOf } from './wish.ts';
import { given } from '../../base/given.ts';

export type NodeStep =
  | { readonly type: 'rest'; readonly secondsMax: number; readonly workerTries: number }
  | { readonly type: 'announce'; readonly state: NodeState }
  | { readonly type: 'announce-loss'; readonly state: 'lost'; readonly evidence: string }
  | { readonly type: 'start-worker'; readonly workerTry: number }
  | { readonly type: 'tidy' }
  | { readonly type: 'tidy-strays' }
  | { readonly type: 'show'; readonly heading: string; readonly rows: Readonly<Record<string, string | number | undefined>> }
  | { readonly type: 'continue-as-new' };

export interface NodeKnowledge {
  readonly view?: ObservedNode | undefined;
  readonly wish?: NodeWish | undefined;
  /** True when the cluster file wants a resident worker on the node. */
  readonly resident: boolean;
  /** True when a verdict or a wish has arrived that was not announced yet. */
  readonly hasChanged: boolean;
  /** The number of starts in a row that have not led to a running worker. A start counts if it failed, and also if it had no effect yet. */
  readonly workerTries: number;
  /** The failure of the newest start of the worker. Absent when the newest start did not fail. */
  readonly workerFailure?: string | undefined;
  readonly tidiedAtMs: number;
  /** The last time at which the node was asked for old folders of jobs that no ledger knows. */
  readonly straysAtMs: number;
  readonly nowMs: number;
  readonly historyEvents: number;
}

type Decisions = { readonly [Type in NodeStep['type']]: (known: NodeKnowledge) => Extract<NodeStep, { readonly type: Type }> | undefined };

/** The decision for each step, in the order of a round. */
const decisions: Decisions = {
  rest: (known) => {
    const workerTries = isWorkerMissing(known) ? known.workerTries : 0;
    return { type: 'rest', secondsMax: isWorkerMissing(known) ? Math.min(2 ** workerTries, restSecondsMax) : restSecondsMax, workerTries };
  },
  announce: ({ hasChanged, view }) =>
    hasChanged && view !== undefined && view.state !== 'lost' ? { type: 'announce', state: view.state } : undefined,
  'announce-loss': ({ hasChanged, view }) =>
    hasChanged && view?.state === 'lost' ? { type: 'announce-loss', state: view.state, evidence: view.evidence } : undefined,
  'start-worker': (known) => (isWorkerMissing(known) ? { type: 'start-worker', workerTry: known.workerTries + 1 } : undefined),
  tidy: (known) => (mayTidy(known) && isDue(known, known.tidiedAtMs, tidyEveryMs) ? { type: 'tidy' } : undefined),
  'tidy-strays': (known) => (mayTidy(known) && isDue(known, known.straysAtMs, straysEveryMs) ? { type: 'tidy-strays' } : undefined),
  show: (known) => (known.view === undefined ? undefined : shown(known, known.view)),
  'continue-as-new': ({ historyEvents, hasChanged }) => (historyEvents > historyEventsMax && !hasChanged ? { type: 'continue-as-new' } : undefined),
};
const round = Object.keys(decisions) as NodeStep['type'][];

/** Returns the next step that is due after a step of type `last`. Without `last`, returns the first step of a round. */
export function nextNodeStep(known: NodeKnowledge, last?: NodeStep['type']): NodeStep {
  for (const type of round.slice(last === undefined ? 0 : round.indexOf(last) + 1)) {
    const step = decisions[type](known);
    if (step !== undefined) return step;
  }
  return nextNodeStep(known);
}

const mayTidy = ({ view, wish }: NodeKnowledge): boolean => view?.state === 'alive' && !isDrained({ wish });
/** A time in the future was before the clock was set back. */
const isDue = ({ nowMs }: NodeKnowledge, lastMs: number, everyMs: number): boolean => nowMs - lastMs >= everyMs || nowMs < lastMs;

const isWorkerMissing = ({ resident, view, wish }: NodeKnowledge): boolean =>
  resident && view?.state === 'alive' && view.route === 'gateway' && !isDrained({ wish });

function shown({ wish, workerTries, workerFailure }: NodeKnowledge, view: ObservedNode): Extract<NodeStep, { readonly type: 'show' }> {
  const service = isInService({ wish }) ? '' : `; ${serviceOf({ wish })}`;
  return {
    type: 'show',
    heading: `${view.state} since ${new Date(view.sinceMs).toISOString()}${service}`,
    rows: given({
      evidence: view.evidence,
      route: view.route,
      slots: wish?.slots ?? view.slots,
      wished:
        service === '' ? undefined : `${serviceOf({ wish })} since ${new Date(wish?.sinceMs ?? 0).toISOString()}, by ${wish?.by}: ${wish?.reason}`,
      worker: workerFailure === undefined ? undefined : `not started in ${workerTries} tries, calls go through the gateway: ${workerFailure}`,
    }),
  };
}
