/**
 * Decides what `node/<id>` does, one step at a time. The steps of a round have a fixed order. Each step is decided when its turn comes, from the knowledge
 * of that moment: a verdict that arrives during one step counts for the next.
 *
 * | step              | is due when                                                                          |
 * |-------------------|--------------------------------------------------------------------------------------|
 * | rest              | always; ends early when there is news                                                |
 * | announce          | there is news and the node is not lost                                               |
 * | announce-loss     | there is news and the node is lost: the dispatcher then signals the node's jobs      |
 * | start-worker      | the cluster file wants a worker on the node, the node is alive, and no worker runs   |
 * | tidy              | the node is alive, and the last tidying was `tidyEveryMs` ago                        |
 * | show              | anything is known of the node                                                        |
 * | continue-as-new   | the history is long, and there is no news                                            |
 *
 * A drained node is left to the operator: no worker is started on it and no folder is removed from it.
 */
import type { NodeState, ObservedNode } from './node.ts';
import { isDrained, isInService, type NodeWish, serviceOf } from './wish.ts';

export type NodeStep =
  | { readonly type: 'rest'; readonly secondsMax: number; readonly workerTries: number }
  | { readonly type: 'announce'; readonly state: NodeState }
  | { readonly type: 'announce-loss'; readonly state: 'lost'; readonly evidence: string }
  | { readonly type: 'start-worker'; readonly workerTry: number }
  | { readonly type: 'tidy' }
  | { readonly type: 'show'; readonly heading: string; readonly rows: Readonly<Record<string, string | number | undefined>> }
  | { readonly type: 'continue-as-new' };

export interface NodeKnowledge {
  readonly view?: ObservedNode | undefined;
  readonly wish?: NodeWish | undefined;
  /** The cluster file wants a resident worker on the node. */
  readonly resident: boolean;
  /** A verdict or a wish has arrived that was not announced yet. */
  readonly news: boolean;
  /** Starts of the node's worker that failed, or that did not help yet, one after the other. */
  readonly workerTries: number;
  /** Why the last of them failed. */
  readonly workerFailure?: string | undefined;
  readonly tidiedAtMs: number;
  readonly nowMs: number;
  readonly historyEvents: number;
}

/** Between two rounds. A worker that does not start is tried after 1, 2, 4, … s, up to this. */
const restSecondsMax = 60;
/** Folders of completed jobs may stay this long: a hundred go with one command, so a longer rest makes it cheaper. */
const tidyEveryMs = 5 * 60_000;
/** Events of one run's history. Replay after a restart stays far below a second. */
const historyEventsMax = 100;

type Decisions = { readonly [Type in NodeStep['type']]: (known: NodeKnowledge) => Extract<NodeStep, { readonly type: Type }> | undefined };

/** In the order of a round. */
const decisions: Decisions = {
  rest: (known) => {
    const workerTries = isWorkerMissing(known) ? known.workerTries : 0;
    return { type: 'rest', secondsMax: isWorkerMissing(known) ? Math.min(2 ** workerTries, restSecondsMax) : restSecondsMax, workerTries };
  },
  announce: ({ news, view }) => (news && view !== undefined && view.state !== 'lost' ? { type: 'announce', state: view.state } : undefined),
  'announce-loss': ({ news, view }) =>
    news && view?.state === 'lost' ? { type: 'announce-loss', state: view.state, evidence: view.evidence } : undefined,
  'start-worker': (known) => (isWorkerMissing(known) ? { type: 'start-worker', workerTry: known.workerTries + 1 } : undefined),
  tidy: ({ view, wish, nowMs, tidiedAtMs }) =>
    view?.state === 'alive' && !isDrained({ wish }) && nowMs - tidiedAtMs >= tidyEveryMs ? { type: 'tidy' } : undefined,
  show: (known) => (known.view === undefined ? undefined : shown(known, known.view)),
  'continue-as-new': ({ historyEvents, news }) => (historyEvents > historyEventsMax && !news ? { type: 'continue-as-new' } : undefined),
};
const round = Object.keys(decisions) as NodeStep['type'][];

/** Returns the next step that is due after a step of type `last`; without `last`, the first of a round. */
export function nextNodeStep(known: NodeKnowledge, last?: NodeStep['type']): NodeStep {
  for (const type of round.slice(last === undefined ? 0 : round.indexOf(last) + 1)) {
    const step = decisions[type](known);
    if (step !== undefined) return step;
  }
  return nextNodeStep(known);
}

const isWorkerMissing = ({ resident, view, wish }: NodeKnowledge): boolean =>
  resident && view?.state === 'alive' && view.route === 'gateway' && !isDrained({ wish });

function shown({ wish, workerTries, workerFailure }: NodeKnowledge, view: ObservedNode): Extract<NodeStep, { readonly type: 'show' }> {
  const service = isInService({ wish }) ? '' : `; ${serviceOf({ wish })}`;
  return {
    type: 'show',
    heading: `${view.state} since ${new Date(view.sinceMs).toISOString()}${service}`,
    rows: {
      evidence: view.evidence,
      route: view.route,
      slots: wish?.slots ?? view.slots,
      ...(service === ''
        ? {}
        : { wished: `${serviceOf({ wish })} since ${new Date(wish?.sinceMs ?? 0).toISOString()}, by ${wish?.by}: ${wish?.reason}` }),
      ...(workerFailure === undefined ? {} : { worker: `not started in ${workerTries} tries, calls go through the gateway: ${workerFailure}` }),
    },
  };
}
