import type { Client } from '@temporalio/client';
import { given } from '../../base/given.ts';
import { startOptions } from '../../contract/start-options.ts';
import { signals, workflowIds, type PipelineInput, type PipelineRunSignal } from '../../contract/workflows.ts';
import type { RunningCluster } from '../../domain/cluster/cluster.ts';
import { upCommand } from '../../domain/cluster/own-command.ts';
import { RingmasterError } from '../../domain/failure/error.ts';

export interface StartPipelineParts {
  readonly name: string;
  /** Number of further turns; 0: without end. */
  readonly turns: number;
  /** A new entity begins with this turn, which is `nextTurn` of the read model. A running entity knows its own turn and ignores this one. */
  readonly nextTurn: number;
  /** The operator, as `user@host`. */
  readonly by?: string;
  readonly reason?: string;
  /** True when the present turn is to be given up. */
  readonly skipTurn?: boolean;
  /** True when the turn also takes the stages of the cluster file as they are now. */
  readonly takeStages?: boolean;
  /** True when the present turn had failed or was interrupted. A new entity then takes the payload as it is now; a running entity knows this by itself. */
  readonly runsAgain?: boolean;
}

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
      hint: { say: 'one of those names, or adding the pipeline to the file, then', run: upCommand(cluster.source) },
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
    ...(parts.runsAgain === true ? { again: {} } : {}),
  };
  const { turns, by, reason, skipTurn, takeStages } = parts;
  const run: PipelineRunSignal = { turns, config: pipeline, nodes: input.nodes, ...given({ by, reason, skipTurn, takeStages }) };
  const workflowId = workflowIds.pipeline(parts.name);
  await client.workflow.signalWithStart('pipeline', {
    ...startOptions({ workflowId, summary: `Pipeline ${parts.name}`, input }),
    signal: signals.run,
    signalArgs: [run],
  });
  return { workflowId };
}
