import { given } from '../../base/given.ts';
import type { EventTypeName } from '../../domain/event/event-types.ts';
import type { NodeId } from '../../domain/ids.ts';
import type { NodeState } from '../../domain/node/node.ts';
import type { NodeTransition } from '../../domain/node/node-change.ts';
import type { NodeService } from '../../domain/node/wish.ts';
import { causeOfNext, forgetCause, publish, type PublishFacts, rememberCause } from '../event/publish.ts';
import type { Ledger } from '../ledger/open-ledger.ts';

type NodeEventName = Extract<EventTypeName, `NODE_${string}` | `HOST_${string}`>;
type TransitionName = Exclude<NodeEventName, 'NODE_DECLARED_LOST' | 'NODE_WORKER_STARTED'>;

/** The type of the event about a node's new state. A node that is alive has responded for the first time, or again. */
const ofState: Readonly<Record<NodeState | 'removed', TransitionName>> = {
  joining: 'NODE_ADDED',
  alive: 'NODE_RECOVERED',
  suspect: 'NODE_SUSPECT',
  unreachable: 'HOST_OFFLINE',
  lost: 'NODE_LOST',
  removed: 'NODE_RETIRED',
};
const ofService: Readonly<Record<NodeService | 'drained', TransitionName>> = {
  'in-service': 'NODE_UNCORDONED',
  cordoned: 'NODE_CORDONED',
  draining: 'NODE_DRAINING',
  drained: 'NODE_DRAINED',
};

function typeOf({ what, from, to }: NodeTransition): TransitionName {
  switch (what) {
    case 'state':
      return to === 'alive' && (from === undefined || from === 'joining') ? 'HOST_ONLINE' : ofState[to as NodeState | 'removed'];
    case 'service':
      return ofService[to as NodeService | 'drained'];
    case 'rest':
      return to === 'resting' ? 'NODE_REST_STARTED' : 'NODE_REST_ENDED';
  }
}

/** The story of a node from the first missed look, or from the operator's decision, to the look at which the node responds again. */
export const stateStory = (node: NodeId): string => `state of ${node}`;

const story: Readonly<Record<NodeTransition['what'], (node: NodeId) => string>> = {
  state: stateStory,
  service: (node) => `service of ${node}`,
  rest: (node) => `rest of ${node}`,
};
/** The types that end a story. */
const endings: ReadonlySet<TransitionName> = new Set([
  'HOST_ONLINE',
  'NODE_RECOVERED',
  'NODE_RETIRED',
  'NODE_UNCORDONED',
  'NODE_DRAINED',
  'NODE_REST_ENDED',
]);

/** Publishes the event about a transition. Without a `cause`, it is caused by the event before it in the same story. */
export function publishTransition(ledger: Ledger, change: NodeTransition, { actor, cause }: PublishFacts): void {
  const { node, from, to, evidence, atMs } = change;
  const type = typeOf(change);
  const name = story[change.what](node);
  const event = publish(ledger, type, { node, to, evidence, ...given({ from }) }, { atMs, actor, cause: cause ?? causeOfNext(ledger, name) });
  // A node that left the cluster can still have a try whose failure this event causes.
  if (endings.has(type) && type !== 'NODE_RETIRED') forgetCause(ledger, name);
  else rememberCause(ledger, name, event);
}
