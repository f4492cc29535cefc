import type { Client } from '@temporalio/client';
import { gatewayQueue } from '../../contract/queue.ts';
import { jobKey } from '../../domain/ids.ts';
import type { ItemFacts } from '../../domain/item/view.ts';
import { isClosedState } from '../../domain/item/work-item.ts';
import type { JobView } from '../../domain/job/view.ts';
import type { LogStream } from '../../domain/job/job.ts';
import { logBytesMax } from '../limits.ts';

/**
 * Returns the last part of a job's output from its node, or undefined when the job's node is not known. Only the gateway speaks SSH, so a standalone
 * activity of the gateway reads the output.
 */
export async function readLog(
  client: Client,
  facts: ItemFacts | undefined,
  { item, epoch }: Pick<JobView, 'item' | 'epoch'>,
  stream: LogStream,
): Promise<string | undefined> {
  const node =
    facts?.jobs.find((one) => one.epoch === epoch)?.node ?? (facts !== undefined && !isClosedState(facts.item.state) ? facts.item.node : undefined);
  if (node === undefined) return undefined;
  const job = { item, epoch };
  return client.activity.execute<string>('readLog', {
    id: `read-log/${jobKey(job)}/${stream}/${Date.now()}`,
    taskQueue: gatewayQueue,
    args: [{ node, job, stream, bytesMax: logBytesMax }],
    scheduleToCloseTimeout: '15s',
  });
}
