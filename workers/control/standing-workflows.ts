import { given } from '../../src/base/given.ts';
import { workflowIds, type DispatcherInput, type EventRouterInput, type NodeInput, type NodesInput } from '../../src/contract/workflows.ts';
import type { ClusterConfig } from '../../src/domain/cluster/cluster.ts';
import type { ObservedNode } from '../../src/domain/node/node.ts';
import type { NodeWish } from '../../src/domain/node/wish.ts';
import type { PipelineView } from '../../src/domain/pipeline/view.ts';
import { lostPipelineInput } from '../../src/service/pipeline/lost-pipeline.ts';
import type { StandingWorkflow } from './keep-workflows.ts';

/** A node, as the ledgers know it. */
export interface KnownNode {
  readonly view: ObservedNode;
  readonly wish?: NodeWish;
}

/**
 * Returns the workflows that must run, with the input of a new start. The entity of a node is started by the sweep when the node is seen for the first
 * time, so only the entities of known nodes of the cluster file are here. A pipeline is here while turns are wanted of it. A paused one is here too, so
 * that it can be resumed.
 */
export function standingWorkflows(
  { nodes, pipelines }: ClusterConfig,
  known: readonly KnownNode[],
  views: readonly PipelineView[] = [],
): readonly StandingWorkflow[] {
  const dispatcher: DispatcherInput = { v: 2, open: [], reconciledAtMs: 0 };
  const router: EventRouterInput = { v: 1 };
  const sweep: NodesInput = { v: 1, views: known.map(({ view }) => view).filter(({ node }) => nodes.some(({ id }) => id === node)) };
  return [
    { type: 'dispatcher', workflowId: workflowIds.dispatcher, summary: 'matches items to free slots', input: dispatcher },
    { type: 'eventRouter', workflowId: workflowIds.eventRouter, summary: 'delivers events to their subscribers', input: router },
    { type: 'nodes', workflowId: workflowIds.nodes, summary: 'looks at all nodes', input: sweep },
    ...nodes.flatMap(({ id, worker }): StandingWorkflow[] => {
      const seen = known.find(({ view }) => view.node === id);
      if (seen === undefined) return [];
      const input: NodeInput = { v: 1, node: id, resident: worker === 'resident', view: seen.view, ...given({ wish: seen.wish }) };
      return [{ type: 'node', workflowId: workflowIds.node(id), summary: `node ${id}`, input }];
    }),
    ...pipelines.flatMap((config): StandingWorkflow[] => {
      const view = views.find(({ name }) => name === config.name);
      const input =
        view &&
        lostPipelineInput(
          view,
          config,
          nodes.map(({ id }) => id),
        );
      return input === undefined
        ? []
        : [{ type: 'pipeline', workflowId: workflowIds.pipeline(config.name), summary: `Pipeline ${config.name}`, input }];
    }),
  ];
}
