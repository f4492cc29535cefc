import type { ItemId, NodeId } from '../../src/domain/ids.ts';
import type { NodeView } from '../../src/domain/node/node.ts';
import type { WorkItemSpec } from '../../src/domain/item/work-item.ts';

export const itemId = (text: string): ItemId => text as ItemId;
export const nodeId = (text: string): NodeId => text as NodeId;

export const itemSpec = (id: string, change: Partial<WorkItemSpec> = {}): WorkItemSpec => ({
  id: itemId(id),
  kind: 'self-play',
  priority: 10,
  command: ['true'],
  env: {},
  request: { games: 4 },
  inputs: [],
  outputs: [],
  seed: 1,
  attemptsMax: 3,
  slots: 1,
  labels: [],
  limits: { runSecondsMax: 60, silentSecondsMax: 30 },
  ...change,
});

export const nodeView = (node: string, change: Partial<NodeView> = {}): NodeView => ({
  node: nodeId(node),
  state: 'alive',
  sinceMs: 0,
  route: 'gateway',
  slots: 2,
  labels: [],
  evidence: 'answered',
  observedAtMs: 0,
  ...change,
});
