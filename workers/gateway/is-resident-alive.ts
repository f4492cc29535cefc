import type { Client } from '@temporalio/client';
import { nodeProbeQueue } from '../../src/contract/queue.ts';
import type { NodeId } from '../../src/domain/ids.ts';

const answerLimit = '3s';

/** A standalone activity on the node's probe queue. No answer in time is an answer: no sign of life. */
export const residentAnswers =
  (client: Client) =>
  async (node: NodeId): Promise<boolean> => {
    try {
      await client.activity.execute('answer', {
        id: `probe/${node}/${Date.now()}`,
        taskQueue: nodeProbeQueue(node),
        args: [],
        scheduleToCloseTimeout: answerLimit,
      });
      return true;
    } catch {
      // Not answered, or the server cannot be asked: both are no evidence of life, and absence alone never declares loss without quorum.
      return false;
    }
  };
