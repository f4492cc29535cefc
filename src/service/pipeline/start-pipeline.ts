import type { Client } from '@temporalio/client';
import { startOptions } from '../../contract/start-options.ts';
import type { PipelineView } from '../../domain/pipeline/view.ts';
import { signals, workflowIds, type PipelineInput, type PipelineRunSignal } from '../../contract/workflows.ts';
import type { RunningCluster } from '../../domain/cluster/cluster.ts';
import { isTurnOver } from '../../domain/pipeline/stages.ts';
import { RingmasterError } from '../../domain/failure/error.ts';

export interface StartPipelineParts {
  readonly name: string;
  /** Number of further turns; 0: without end. */
  readonly turns: number;
  /** A new entity begins with this turn, which is {@link nextTurn} of the read model. A running entity knows its own turn and ignores this one. */
  readonly nextTurn: number;
}

/**
 * Returns the turn to play next. A turn that is done is not played again. A turn that is under way or has failed is played again, and uses the
 * results that it already has.
 */
export const nextTurn = (view: PipelineView | undefined): number =>
  view === undefined ? 1 : Math.max(1, isTurnOver(view.stage) ? view.turn + 1 : view.turn);

/**
 * Signals `run` to the pipeline's entity, and starts the entity if none runs. One request does both, so no request of another caller can come between
 * the signal and the start.
 */
export async function startPipeline(client: Client, cluster: RunningCluster, parts: StartPipelineParts): Promise<{ readonly workflowId: string }> {
  const { config } = cluster;
  const pipeline = config.pipelines.find((one) => one.name === parts.name);
  if (pipeline === undefined) {
    throw new RingmasterError('config.invalid', {
      cannot: `run pipeline ${parts.name}`,
      because: `${cluster.source} has only ${config.pipelines.map((one) => one.name).join(', ') || 'no pipelines'}`,
      hint: { say: 'one of those names, or adding the pipeline to the file and ringmaster up' },
      fields: { pipeline: parts.name },
    });
  }
  const input: PipelineInput = {
    v: 1,
    config: pipeline,
    nodes: config.nodes.map((node) => node.id),
    turn: parts.nextTurn,
    turnsLeft: 0,
    paused: false,
    failures: 0,
  };
  const run: PipelineRunSignal = { turns: parts.turns, config: pipeline, nodes: input.nodes };
  const workflowId = workflowIds.pipeline(parts.name);
  await client.workflow.signalWithStart('pipeline', {
    ...startOptions({ workflowId, summary: `Pipeline ${parts.name}`, input }),
    signal: signals.run,
    signalArgs: [run],
  });
  return { workflowId };
}
