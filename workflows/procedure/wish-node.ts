/**
 * `wish-node/<id>`: an operator puts a node in or out of service (`ringmaster node cordon|uncordon|drain`), or
 * declares a node lost that does not answer (`ringmaster node lost`). The ledger records the wish. From then
 * on, a node that is out of service gets no new job. The node's entity shows the wish. The dispatcher checks whether a job may start now, and whether
 * the drain is already over.
 */
import { workflowIds } from '../../src/contract/workflows.ts';
import type { WishReply, WishRequest } from '../../src/domain/node/wish.ts';
import { ledger } from '../isolate/activities.ts';
import { failureOf, failWith } from '../isolate/failure-of.ts';
import { nodeLostSignal, notify, wakeSignal, wishSignal } from '../isolate/signals.ts';

export async function wishNode(request: WishRequest): Promise<WishReply> {
  try {
    const reply = await ledger.wishNode(request);
    if (reply.wish !== undefined) await notify(workflowIds.node(reply.node), wishSignal, reply.wish);
    // The dispatcher signals the jobs of the lost node. The next sweep sends the verdict to the node's entity.
    if (reply.lost !== undefined) await notify(workflowIds.dispatcher, nodeLostSignal, { node: reply.node, evidence: reply.lost });
    await notify(workflowIds.dispatcher, wakeSignal);
    return reply;
  } catch (error) {
    throw failWith(failureOf(error));
  }
}
