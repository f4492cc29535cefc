import type { NodeView, NodeWorker } from '../../domain/node/node.ts';
import { ago } from '../say.ts';

/** An end of a worker is shown for this long after it was found, and as long as no worker runs. */
const endShownMs = 3_600_000;

/** Returns how the node's own worker reaches the server, or why it does not run. Returns undefined for a node without a worker of its own. */
export function sayWorker({ worker, route }: Pick<NodeView, 'worker' | 'route'>, nowMs: number): string | undefined {
  if (worker === undefined) return undefined;
  const state = stateOf(worker, route === 'resident');
  return isEndShown({ worker, route }, nowMs) ? `${state}. ${sayEnd(worker, nowMs)}` : state;
}

/** Returns whether a person should look at the newest end of the worker. */
export const isEndShown = ({ worker, route }: Pick<NodeView, 'worker' | 'route'>, nowMs: number): boolean =>
  worker?.ended !== undefined && (route !== 'resident' || nowMs - worker.ended.atMs < endShownMs);

function stateOf({ server, fault, isOld }: NodeWorker, isUsed: boolean): string {
  if (isOld !== undefined)
    return `its worker was started for an earlier cluster file or by another release, ${fault === undefined ? 'and is being replaced' : 'and cannot be replaced'}; new calls go over SSH${fault === undefined ? '' : `. ${fault}`}`;
  if (fault !== undefined) return `its worker does not run, and calls go over SSH. ${fault}`;
  return `its worker ${isUsed ? 'reaches' : 'is starting and is to reach'} the server ${server}`;
}

const sayEnd = ({ ended }: NodeWorker, nowMs: number): string =>
  ended === undefined ? '' : `A worker (pid ${ended.pid}) ended by itself ${ago(nowMs - ended.atMs)} ago: ${ended.how}`;
