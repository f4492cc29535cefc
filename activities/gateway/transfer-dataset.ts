import { replicaName } from '../../src/domain/dataset/names.ts';
import type { SyncRequest, TransferResult } from '../../src/domain/dataset/sync.ts';
import type { NodeId } from '../../src/domain/ids.ts';
import type { Machines } from '../machines.ts';
import type { Home } from './home.ts';

/** Pushes a dataset from home to a node, or pulls a node's replica home. */
export async function transferDataset(
  { dataset, source, target }: SyncRequest,
  machines: Machines,
  home: Home,
  signal: AbortSignal,
): Promise<TransferResult> {
  const startedMs = performance.now();
  if (source === 'home') {
    const sent = await machines.get(target as NodeId).copy({ type: 'push-tree', dataset, from: home.source(dataset), signal });
    return { ...sent, durationMs: Math.round(performance.now() - startedMs) };
  }
  const replica = home.replica(replicaName(dataset, source));
  const received = await machines.get(source as NodeId).copy({ type: 'pull-tree', dataset, to: replica, signal });
  return { ...received, durationMs: Math.round(performance.now() - startedMs), replica };
}
