import { RingmasterError } from '../../src/domain/failure/error.ts';
import type { WorkItemSpec } from '../../src/domain/item/work-item.ts';
import type { Machine } from '../../src/transport/machine.ts';
import type { Home } from './home.ts';

/** Copies the payload and the inputs of an item to the node, by content. Content that the node already has is not sent again. */
export async function shipJob(spec: WorkItemSpec, machine: Machine, home: Home, signal: AbortSignal): Promise<void> {
  try {
    if (spec.payload !== undefined) {
      const { dataset, digest } = spec.payload;
      await machine.copy({ type: 'push-tree', dataset, from: home.payload(digest), digest, signal });
    }
    for (const { sha256 } of spec.inputs) await machine.copy({ type: 'push-blob', from: home.blob(sha256), sha256, signal });
  } catch (error) {
    throw error instanceof RingmasterError && error.code === 'sync.disk-full' ? noRoom(spec, machine, error) : error;
  }
}

/** Returns the failure of a job whose inputs do not fit on the node's disk. A dataset that does not fit causes another failure, with other advice. */
const noRoom = (spec: WorkItemSpec, { node }: Machine, cause: RingmasterError): RingmasterError =>
  new RingmasterError('job.disk-full', {
    cannot: `ship the inputs of ${spec.id} to ${node}`,
    because: `its disk is full (${cause.message})`,
    hint: { say: 'freeing space there' },
    fields: { node, item: spec.id },
    cause,
  });
