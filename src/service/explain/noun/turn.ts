import { given } from '../../../base/given.ts';
import { workflowIds } from '../../../contract/workflows.ts';
import { jobKey } from '../../../domain/ids.ts';
import type { PipelineView } from '../../../domain/pipeline/view.ts';
import { explainFailure } from '../explain-failure.ts';
import { sayStage } from '../say-history.ts';
import { setAsideLines, whyStage } from '../say-pipeline.ts';
import { whyWorkflow } from '../why-workflow.ts';
import type { ExplainNoun } from './noun.ts';
import { hasFailed } from '../../../domain/job/view.ts';

interface FoundTurn {
  readonly pipeline: PipelineView;
  readonly turn: number;
}

/** One turn of a pipeline: `pipeline/turn`. */
export const turn: ExplainNoun<FoundTurn> = {
  find: (id, { status }) => {
    const [name, digits = ''] = id.split('/');
    const pipeline = status.pipelines.find((one) => one.name === name);
    if (pipeline === undefined || !/^\d+$/.test(digits) || Number(digits) < 1 || Number(digits) > pipeline.turn) return undefined;
    return { pipeline, turn: Number(digits) };
  },
  workflowId: (found) => workflowIds.generation(found.pipeline.name, found.turn),
  readHistory: async ({ pipeline, turn: number }, reads) => given({ stages: await reads.stages?.(pipeline.name, number) }),
  explain: ({ pipeline, turn: number }, { status, workflow, nowMs, stages = [] }) => {
    const jobs = [...status.openJobs, ...status.recentJobs].filter((job) => job.pipeline === pipeline.name && job.turn === number);
    const failed = jobs.filter(hasFailed);
    const isNow = number === pipeline.turn;
    const model = status.models.find((one) => one.pipeline === pipeline.name && one.turn === number);
    return {
      v: 2,
      id: `${pipeline.name}/${number}`,
      kind: 'turn',
      title: `turn ${number} of pipeline ${pipeline.name}`,
      state: isNow ? pipeline.stage : (model?.state ?? 'done'),
      ...(isNow ? { sinceMs: pipeline.stageSinceMs } : {}),
      why: [
        ...(isNow ? whyStage(pipeline) : ['It has ended.']),
        ...(model === undefined
          ? []
          : [
              `Its model ${model.id} is ${model.state} at ${Math.round(model.elo)} ± ${Math.round(model.eloError)} Elo, trained on ${model.trainingSet}.`,
            ]),
        ...setAsideLines(pipeline, number),
        ...(isNow ? whyWorkflow(workflow, nowMs) : []),
      ],
      ...(isNow && pipeline.failure !== undefined ? { failure: explainFailure(pipeline.failure, { pipeline: pipeline.name }) } : {}),
      history: [...stages.map((span) => sayStage(span, nowMs)), ...failed.map((job) => `${jobKey(job)} on ${job.node}: ${job.failure?.code}`)],
      commands: failed.slice(0, 2).map((job) => `ringmaster explain ${job.item}`),
    };
  },
};
