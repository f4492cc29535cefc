import { workflowIds } from '../../../contract/workflows.ts';
import { isResting } from '../../../domain/pipeline/stages.ts';
import type { PipelineView } from '../../../domain/pipeline/view.ts';
import { plural } from '../../say.ts';
import { sayBegun } from '../../pipeline/say-begun.ts';
import { sayFeedback } from '../../pipeline/say-feedback.ts';
import { sayPipelineWish } from '../../pipeline/say-wish.ts';
import { explainFailure } from '../explain-failure.ts';
import { setAsideLines, whyStage } from '../say-pipeline.ts';
import { whyWorkflow } from '../why-workflow.ts';
import type { ExplainNoun } from './noun.ts';

/** A pipeline, with the turn under way. */
export const pipeline: ExplainNoun<PipelineView> = {
  find: (id, { status }) => status.pipelines.find((one) => one.name === id),
  workflowId: ({ name, turn }) => workflowIds.generation(name, turn),
  explain: (found, { status, workflow, nowMs }) => {
    const jobs = status.openJobs.filter((job) => job.pipeline === found.name);
    return {
      v: 2,
      id: found.name,
      kind: 'pipeline',
      title: `pipeline ${found.name}: turn ${found.turn}, champion ${found.champion} (${Math.round(found.championElo)} Elo), ${plural(found.promotions, 'promotion')}, ${plural(found.games, 'game')}`,
      state: found.stage,
      sinceMs: found.stageSinceMs,
      why: [
        ...whyStage(found),
        ...wishLine(found, nowMs),
        ...(found.begun === undefined ? [] : sayBegun(found.name, found.begun)),
        ...sayFeedback(found.feedback),
        ...openLine(jobs),
        ...setAsideLines(found),
        ...whyWorkflow(workflow, nowMs),
      ],
      ...(found.failure === undefined ? {} : { failure: explainFailure(found.failure, { pipeline: found.name }) }),
      history: status.models
        .filter((model) => model.pipeline === found.name)
        .map((model) => `turn ${model.turn}: ${model.id} ${model.state}, ${Math.round(model.elo)} ± ${Math.round(model.eloError)} Elo`),
      commands: [
        ...(jobs[0] === undefined ? [] : [`ringmaster explain ${jobs[0].item}`]),
        ...(found.stage === 'paused' ? [`ringmaster pipeline resume ${found.name}`] : []),
        ...(isResting(found.stage) && found.stage !== 'paused' ? [`ringmaster pipeline run ${found.name} --turns 1`] : []),
        ...(isResting(found.stage) && found.failure !== undefined ? [`ringmaster pipeline run ${found.name} --skip-turn`] : []),
        `ringmaster job list --pipeline ${found.name}`,
      ],
    };
  },
};

function wishLine(found: PipelineView, nowMs: number): string[] {
  const said = sayPipelineWish(found, nowMs);
  return said === undefined ? [] : [`${said.slice(0, 1).toUpperCase()}${said.slice(1)}`];
}

const openLine = (jobs: readonly { readonly item: string; readonly node: string }[]): string[] =>
  jobs.length === 0
    ? []
    : [
        `${plural(jobs.length, 'job')} open: ${jobs
          .slice(0, 4)
          .map((job) => `${job.item} on ${job.node}`)
          .join(', ')}${jobs.length > 4 ? ' …' : ''}.`,
      ];
