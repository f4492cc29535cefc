/**
 * `pause-cluster/<id>`: an operator pauses the whole cluster, or ends the pause (`ringmaster pause|resume`). The ledger records the pause. From then on, no
 * job starts. The dispatcher looks at once whether jobs may start again.
 */
import { workflowIds } from '../../src/contract/workflows.ts';
import type { PauseReply, PauseRequest } from '../../src/domain/cluster/pause.ts';
import { ledger } from '../isolate/activities.ts';
import { failureOf, failWith } from '../isolate/failure-of.ts';
import { notify, wakeSignal } from '../isolate/signals.ts';

export async function pauseCluster(request: PauseRequest): Promise<PauseReply> {
  try {
    const reply = await ledger.pauseCluster(request);
    await notify(workflowIds.dispatcher, wakeSignal);
    return reply;
  } catch (error) {
    throw failWith(failureOf(error));
  }
}
