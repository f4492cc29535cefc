/**
 * DATA_PIPELINE keeps the pipelines going: it starts the workflow of each pipeline that has turns left and does not run, and lets the next turn of a
 * pipeline begin. The workflow of the turn does the work of the turn.
 */
import type { NodeId } from '../domain/ids.ts';
import { lostPipeline } from '../domain/pipeline/lost-pipeline.ts';
import type { PipelineConfig } from '../domain/pipeline/pipeline.ts';
import type { PipelineView } from '../domain/pipeline/view.ts';
import { duty } from './duty.ts';
import { wakeTurns } from './stage-duty.ts';

/**
 * A round starts at most this many pipelines. Each start carries the pipeline's entry of the cluster file and the names of all nodes, up to 76 KiB, and the
 * result of a round is one payload of Temporal. The next round follows soon.
 */
export const pipelineStartsMax = 16;
const restMsBetweenStarts = 1_000;

export interface SeenPipeline {
  readonly config: PipelineConfig;
  readonly nodes: readonly NodeId[];
  readonly view: Pick<PipelineView, 'name' | 'turn' | 'stage' | 'detail' | 'standing'>;
  /** True when the workflow of the pipeline runs. */
  readonly isRunning: boolean;
}

export const dataPipeline = duty({
  observe: async ({ model, config: { pipelines, nodes }, isRunning }): Promise<readonly SeenPipeline[]> => {
    const views = new Map(model.knownPipelines().map((view) => [view.name, view]));
    const known = pipelines.flatMap((config) => {
      const view = views.get(config.name);
      return view === undefined ? [] : [{ config, view, nodes: nodes.map(({ id }) => id) }];
    });
    return Promise.all(known.map(async (one) => ({ ...one, isRunning: await isRunning({ type: 'pipeline', name: one.view.name }) })));
  },
  decide: decidePipelines,
});

export function decidePipelines(seen: readonly SeenPipeline[], _memory: undefined, nowMs: number) {
  const wanted = seen.flatMap((one) => {
    const pipeline = lostPipeline(one.view, one.config, one.nodes, nowMs);
    return pipeline === undefined ? [] : [{ ...one, pipeline }];
  });
  const gone = wanted.filter(({ isRunning }) => !isRunning);
  const starts = gone.slice(0, pipelineStartsMax);
  const wakes = wakeTurns(
    'DATA_PIPELINE',
    seen.map(({ view }) => view),
  );
  const say = ({ view: { name, stage, turn }, isRunning }: SeenPipeline): string =>
    isRunning ? `${name} is at ${stage} of turn ${turn}` : `${name} did not run and is started again`;
  return {
    health: {
      healthy: true,
      message: wanted.length === 0 ? 'no pipeline has turns left' : wanted.map(say).join('; '),
      details: { pipelines: wanted.length },
    },
    memory: undefined,
    ...wakes,
    ...(starts.length < gone.length ? { restMs: restMsBetweenStarts } : {}),
    steps: [...wakes.steps, ...starts.map(({ pipeline }) => ({ type: 'run-pipeline' as const, pipeline }))],
  };
}
