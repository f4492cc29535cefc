/**
 * `wish-daemons/<id>`: an operator starts, stops, restarts or resets daemons (`ringmaster daemon start|stop|restart|reset`). The ledger records the
 * request. The manager of the daemons then passes it on, in order. The workflow does not wait until they have done it.
 */
import { workflowIds } from '../../src/contract/workflows.ts';
import type { DaemonWishReply, DaemonWishRequest } from '../../src/domain/daemon/wish-request.ts';
import { ledger } from '../isolate/activities.ts';
import { failureOf, failWith } from '../isolate/failure-of.ts';
import { daemonsOrderedSignal, daemonsWishedSignal, notify } from '../isolate/signals.ts';

export async function wishDaemons(request: DaemonWishRequest): Promise<DaemonWishReply> {
  try {
    const { inOrder, ...reply } = await ledger.wishDaemons(request);
    const ids = reply.daemons.map(({ id }) => id);
    const { verb, wish } = reply;
    let received = true;
    if (wish !== undefined)
      received = await notify(workflowIds.daemonManager, daemonsWishedSignal, { daemons: ids, wish: inOrder ? { ...wish, inOrder } : wish });
    if (verb === 'restart' || verb === 'reset') {
      const { by, reason } = request;
      const named = ids.filter((id) => !reply.needed.includes(id));
      received = await notify(workflowIds.daemonManager, daemonsOrderedSignal, { orders: named.map((daemon) => ({ daemon, verb, by, reason })) });
    }
    return { ...reply, received };
  } catch (error) {
    throw failWith(failureOf(error));
  }
}
