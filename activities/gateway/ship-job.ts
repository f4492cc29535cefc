import { RingmasterError } from '../../src/domain/failure.ts';
import type { WorkItemSpec } from '../../src/domain/work-item.ts';
import type { Machine } from '../../src/transport/machine.ts';
import type { Home } from './home.ts';

/** Inputs and payload onto the node, by content: what is there already costs a look. */
export async function shipJob(spec: WorkItemSpec, machine: Machine, home: Home, signal: AbortSignal): Promise<void> {
  if (spec.payload !== undefined) {
    const { dataset, digest } = spec.payload;
    const sent = await machine.copy({ type: 'push-tree', dataset, from: home.source(dataset), signal });
    if (sent.digest !== digest) {
      throw new RingmasterError('config.invalid', {
        cannot: `ship the payload of ${spec.id}`,
        because: `${home.source(dataset)} has changed since the turn began (${digest.slice(0, 12)} became ${sent.digest.slice(0, 12)})`,
        hint: 'letting the turn run again; change payloads between turns',
        fields: { item: spec.id, dataset },
      });
    }
  }
  for (const { sha256 } of spec.inputs) await machine.copy({ type: 'push-blob', from: home.blob(sha256), sha256, signal });
}
