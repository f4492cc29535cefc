import type { LogRequest } from '../../contract/log-door.ts';
import type { ItemId, NodeId } from '../../domain/ids.ts';
import type { ItemFacts } from '../../domain/item/view.ts';
import { isClosedState } from '../../domain/item/work-item.ts';
import type { JobView } from '../../domain/job/view.ts';
import type { LogStream } from '../../domain/job/job.ts';

/** Reads the last part of a log from its node. Only the gateway reaches nodes, so this is the gateway's door. */
export type LogDoor = (request: LogRequest) => Promise<string>;

/** Returns the last part of a job's output from its node, or undefined when the job's node is not known. */
export async function readLog(
  door: LogDoor,
  facts: ItemFacts | undefined,
  { item, epoch }: Pick<JobView, 'item' | 'epoch'>,
  stream: LogStream,
): Promise<string | undefined> {
  const node =
    facts?.jobs.find((one) => one.epoch === epoch)?.node ?? (facts !== undefined && !isClosedState(facts.item.state) ? facts.item.node : undefined);
  return node === undefined ? undefined : door({ node: node as NodeId, job: { item: item as ItemId, epoch }, stream });
}
