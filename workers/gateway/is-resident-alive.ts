import type { Client } from '@temporalio/client';
import { nodeProbeQueue } from '../../src/contract/queue.ts';
import type { NodeId } from '../../src/domain/ids.ts';
import { workerLimits } from '../limits.ts';

/**
 * Returns a function that asks a node's resident worker for a sign of life, by a standalone activity on the node's probe queue. The function returns
 * false when the worker does not reply in time, and also when the server cannot be asked: in both cases there is no sign of life. Such silence alone
 * never makes a node count as lost.
 */
export const isResidentAlive =
  (client: Client) =>
  async (node: NodeId): Promise<boolean> => {
    try {
      await client.activity.execute('answer', {
        id: `probe/${node}/${Date.now()}`,
        taskQueue: nodeProbeQueue(node),
        args: [],
        scheduleToCloseTimeout: `${workerLimits.residentReplySecondsMax}s`,
      });
      return true;
    } catch {
      return false;
    }
  };
