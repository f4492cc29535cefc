import { assertNever } from '../../base/assert-never.ts';
import type { ModelView } from '../../domain/model/model.ts';
import type { PipelineView } from '../../domain/pipeline/view.ts';
import type { ProcessView } from '../../domain/cluster/status.ts';
import { isResting, stages } from '../../domain/pipeline/stages.ts';
import { explainFailure } from './explain-failure.ts';
import type { ExplainFacts } from './explain-facts.ts';
import { whyWorkflow } from './explain-item.ts';
import type { Explanation } from '../../domain/explanation/explanation.ts';
import { bytes, plural } from '../say.ts';
import { saySetAside } from './say-set-aside.ts';
import { jobKey } from '../../domain/ids.ts';

export function explainPipeline(pipeline: PipelineView, facts: ExplainFacts): Explanation {
  const jobs = facts.status.openJobs.filter((job) => job.pipeline === pipeline.name);
  return {
    v: 1,
    id: pipeline.name,
    kind: 'pipeline',
    title: `pipeline ${pipeline.name}: turn ${pipeline.turn}, champion ${pipeline.champion} (${Math.round(pipeline.championElo)} Elo), ${plural(pipeline.promotions, 'promotion')}, ${plural(pipeline.games, 'game')}`,
    state: pipeline.stage,
    sinceMs: pipeline.stageSinceMs,
    why: [
      stages[pipeline.stage].meaning,
      detailOf(pipeline),
      ...gate(pipeline),
      ...openLine(jobs),
      ...setAsideLines(pipeline),
      ...whyWorkflow(facts.workflow, facts.nowMs),
    ].filter((line) => line !== ''),
    ...(pipeline.failure === undefined ? {} : { failure: explainFailure(pipeline.failure, { pipeline: pipeline.name }) }),
    history: facts.status.models
      .filter((model) => model.pipeline === pipeline.name)
      .map((model) => `turn ${model.turn}: ${model.id} ${model.state}, ${Math.round(model.elo)} ± ${Math.round(model.eloError)} Elo`),
    commands: [
      ...(jobs[0] === undefined ? [] : [`bin/ringmaster explain ${jobs[0].item}`]),
      ...(isResting(pipeline.stage) && pipeline.stage !== 'paused' ? [`bin/ringmaster pipeline run ${pipeline.name} --turns 1`] : []),
      `bin/ringmaster job list --pipeline ${pipeline.name}`,
    ],
  };
}

export function explainGeneration(pipeline: PipelineView, turn: number, facts: ExplainFacts): Explanation | undefined {
  if (turn < 1 || turn > pipeline.turn) return undefined;
  const all = [...facts.status.openJobs, ...facts.status.recentJobs].filter((job) => job.pipeline === pipeline.name && job.turn === turn);
  const failed = all.filter((job) => job.failure !== undefined && job.failure.class !== 'cancelled');
  const now = turn === pipeline.turn;
  const model = facts.status.models.find((one) => one.pipeline === pipeline.name && one.turn === turn);
  return {
    v: 1,
    id: `${pipeline.name}/${turn}`,
    kind: 'generation',
    title: `turn ${turn} of pipeline ${pipeline.name}`,
    state: now ? pipeline.stage : (model?.state ?? 'done'),
    ...(now ? { sinceMs: pipeline.stageSinceMs } : {}),
    why: [
      ...(now ? [stages[pipeline.stage].meaning, detailOf(pipeline), ...gate(pipeline)] : ['It has ended.']),
      ...(model === undefined
        ? []
        : [
            `Its model ${model.id} is ${model.state} at ${Math.round(model.elo)} ± ${Math.round(model.eloError)} Elo, trained on ${model.trainingSet}.`,
          ]),
      ...setAsideLines(pipeline, turn),
      ...(now ? whyWorkflow(facts.workflow, facts.nowMs) : []),
    ].filter((line) => line !== ''),
    ...(now && pipeline.failure !== undefined ? { failure: explainFailure(pipeline.failure, { pipeline: pipeline.name }) } : {}),
    history: failed.map((job) => `${jobKey(job)} on ${job.node}: ${job.failure?.code}`),
    commands: failed.slice(0, 2).map((job) => `bin/ringmaster explain ${job.item}`),
  };
}

/** `target` is a node or home; for pulls home holds one replica a source, so the id may name the source too. */
export function explainSync(dataset: string, target: string, facts: ExplainFacts): Explanation | undefined {
  const seen = facts.status.recentSyncs
    .filter((sync) => sync.dataset === dataset && (sync.target === target || sync.source === target))
    .toSorted((a, b) => (a.timestamp < b.timestamp ? 1 : -1));
  const last = seen[0];
  const under = facts.workflow?.status === 'RUNNING';
  if (last === undefined && !under) return undefined;
  return {
    v: 1,
    id: `${dataset}/${target}`,
    kind: 'sync',
    title: last === undefined ? `sync of ${dataset} to ${target}` : `sync of ${dataset}: ${last.source} → ${last.target}`,
    state: under ? 'running' : (last?.state ?? 'unknown'),
    ...(last === undefined ? {} : { sinceMs: Date.parse(last.timestamp) }),
    why: [
      ...(last === undefined
        ? []
        : [`Last run: ${plural(last.files, 'file')}, ${bytes(last.bytes)} in ${last.durationMs} ms, digest ${last.digest.slice(0, 12) || 'none'}.`]),
      ...whyWorkflow(facts.workflow, facts.nowMs),
    ],
    ...(last?.failure === undefined ? {} : { failure: explainFailure(last.failure, { dataset, target }) }),
    history: seen.slice(1, 10).map((sync) => `${sync.timestamp} ${sync.state}${sync.failure === undefined ? '' : ` ${sync.failure.code}`}`),
    commands: [`bin/ringmaster sync run ${dataset} ${target}`, 'bin/ringmaster sync list'],
  };
}

export const explainModel = (model: ModelView, { status }: ExplainFacts): Explanation => ({
  v: 1,
  id: model.id,
  kind: 'model',
  title: `model ${model.id}: turn ${model.turn} of pipeline ${model.pipeline}, ${Math.round(model.elo)} ± ${Math.round(model.eloError)} Elo`,
  state: model.state,
  sinceMs: model.createdAtMs,
  why: [modelMeaning(model.state), `Content ${model.sha256 || 'none (the random player)'}; trained on ${model.trainingSet || 'nothing'}.`],
  history: status.models
    .filter((one) => one.pipeline === model.pipeline && one.id !== model.id)
    .map((one) => `turn ${one.turn}: ${one.id} ${one.state}`),
  commands: [`bin/ringmaster explain ${model.pipeline}/${model.turn}`, `bin/ringmaster pipeline show ${model.pipeline}`],
});

export const explainProcess = (process: ProcessView): Explanation => ({
  v: 1,
  id: process.name,
  kind: 'process',
  title: `process ${process.name}: pid ${process.pid}, ${plural(process.restarts, 'restart')}`,
  state: process.state,
  sinceMs: process.sinceMs,
  why: [process.state === 'failed' ? 'The launcher gave up restarting it.' : 'The launcher watches it and starts it again should it end.'],
  history: [],
  commands: process.state === 'running' ? [] : [`tail -n 50 <state>/logs/${process.name}.log`, 'bin/ringmaster up'],
});

const detailOf = ({ detail, stage }: PipelineView): string => (detail === stage ? '' : detail);

const openLine = (jobs: readonly { readonly item: string; readonly node: string }[]): string[] =>
  jobs.length === 0
    ? []
    : [
        `${plural(jobs.length, 'job')} open: ${jobs
          .slice(0, 4)
          .map((job) => `${job.item} on ${job.node}`)
          .join(', ')}${jobs.length > 4 ? ' …' : ''}.`,
      ];

const setAsideLines = ({ setAside = [] }: PipelineView, turn?: number): string[] =>
  setAside.filter((file) => turn === undefined || file.turn === turn).map((file) => `${saySetAside(file)} bin/ringmaster explain ${file.item}`);

const gate = ({ evaluation }: PipelineView): string[] =>
  evaluation === undefined
    ? []
    : [
        `Gate: ${evaluation.candidate} after ${plural(evaluation.pairs, 'pair')}, LLR ${evaluation.llr.toFixed(2)} between ${evaluation.lower.toFixed(2)} (reject) and ${evaluation.upper.toFixed(2)} (accept).`,
      ];

function modelMeaning(state: ModelView['state']): string {
  switch (state) {
    case 'candidate':
      return 'It is being compared with the champion.';
    case 'champion':
      return 'It passed the gate and plays self-play now.';
    case 'retired':
      return 'It was champion until a better one passed the gate.';
    case 'rejected':
      return 'The gate did not find it better than the champion; nothing was rolled out.';
    default:
      return assertNever(state, 'model state');
  }
}
