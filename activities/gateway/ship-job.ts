import type { WorkItemSpec } from '../../src/domain/work-item.ts';
import type { Machine } from '../../src/transport/machine.ts';
import type { Home } from './home.ts';

/** Inputs and payload onto the node, by content: what is there already costs a look. */
export async function shipJob(spec: WorkItemSpec, machine: Machine, home: Home, signal: AbortSignal): Promise<void> {
  if (spec.payload !== undefined) {
    const { dataset, digest } = spec.payload;
    await machine.copy({ type: 'push-tree', dataset, from: home.payload(digest), signal });
  }
  for (const { sha256 } of spec.inputs) await machine.copy({ type: 'push-blob', from: home.blob(sha256), sha256, signal });
}
