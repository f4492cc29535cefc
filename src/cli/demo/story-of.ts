import type { ClusterStatus } from '../../domain/cluster/status.ts';
import { type JobView, hasFailed } from '../../domain/job/view.ts';
import type { ModelView } from '../../domain/model/model.ts';
import type { PipelineView } from '../../domain/pipeline/view.ts';
import { isTurnOver } from '../../domain/pipeline/stages.ts';
import { plural } from '../../service/say.ts';
import { jobKey } from '../../domain/ids.ts';
import { sentenceOf } from '../../domain/failure/sentence.ts';

export interface StoryLine {
  readonly tone: 'plain' | 'good' | 'bad';
  readonly text: string;
}

/**
 * Returns the lines that narrate how the cluster has changed from the status `before` to the status `after`. The panel shows when single jobs start
 * and end. These lines show when jobs fail and when they are repaired. If the two statuses are equal, there are no lines.
 */
export function storyOf(before: ClusterStatus | undefined, after: ClusterStatus): StoryLine[] {
  return [
    ...nodeLines(before, after),
    ...processLines(before, after),
    ...jobLines(before, after),
    ...syncLines(before, after),
    ...pipelineLines(before, after),
  ];
}

function* nodeLines(before: ClusterStatus | undefined, after: ClusterStatus): Generator<StoryLine> {
  if (before === undefined) {
    const alive = after.nodes.filter((node) => node.state === 'alive');
    if (alive.length > 0)
      yield { tone: 'good', text: `nodes ${alive.map((node) => `${node.node} (${plural(node.slots, 'slot')})`).join(', ')} are alive` };
    return;
  }
  for (const node of after.nodes) {
    const was = before.nodes.find((one) => one.node === node.node)?.state;
    if (was !== node.state)
      yield {
        tone: node.state === 'alive' ? 'good' : node.state === 'joining' ? 'plain' : 'bad',
        text: `node ${node.node} is ${node.state}: ${node.evidence}`,
      };
  }
}

function* processLines(before: ClusterStatus | undefined, after: ClusterStatus): Generator<StoryLine> {
  for (const process of after.processes) {
    const was = before?.processes.find((one) => one.name === process.name);
    if (was !== undefined && process.restarts > was.restarts)
      yield { tone: 'bad', text: `process ${process.name} ended and was started again (pid ${process.pid})` };
  }
}

const refOf = (job: JobView): string => jobKey(job);

function* jobLines(before: ClusterStatus | undefined, after: ClusterStatus): Generator<StoryLine> {
  if (before === undefined) return;
  const ended = new Set(before.recentJobs.map(refOf));
  const open = new Set(before.openJobs.map(refOf));
  for (const job of after.recentJobs.filter((one) => !ended.has(refOf(one))).toReversed()) {
    // When the gate has decided, the remaining tries are cancelled. A try that was cancelled for this reason gives no line.
    if (hasFailed(job)) yield { tone: 'bad', text: `${refOf(job)} failed on ${job.node}: ${job.failure?.code}` };
    else if (job.epoch > 1 && job.state === 'completed') yield { tone: 'good', text: `${refOf(job)} completed on ${job.node}: repaired` };
  }
  for (const job of after.openJobs) {
    if (job.epoch > 1 && !open.has(refOf(job))) yield { tone: 'plain', text: `${job.item} is tried again as epoch ${job.epoch} on ${job.node}` };
  }
}

function* syncLines(before: ClusterStatus | undefined, after: ClusterStatus): Generator<StoryLine> {
  if (before === undefined) return;
  const keyOf = (sync: ClusterStatus['recentSyncs'][number]): string => `${sync.dataset} ${sync.source} ${sync.target} ${sync.timestamp}`;
  const known = new Set(before.recentSyncs.map(keyOf));
  for (const sync of after.recentSyncs) {
    if (sync.state === 'failed' && !known.has(keyOf(sync)))
      yield { tone: 'bad', text: `sync of ${sync.dataset} to ${sync.target} failed: ${sync.failure?.code ?? 'no reason kept'}` };
  }
}

function* pipelineLines(before: ClusterStatus | undefined, after: ClusterStatus): Generator<StoryLine> {
  for (const now of after.pipelines) {
    const was = before?.pipelines.find((one) => one.name === now.name);
    if (now.failure !== undefined && was?.failure?.message !== now.failure.message)
      yield { tone: 'bad', text: `turn ${now.turn} stopped: ${sentenceOf(now.failure)}` };
    yield* setAsideLines(was, now);
    if (was === undefined) {
      if (now.turn > 0) yield stageLine(now);
      continue;
    }
    yield* verdictLines(was, now, before?.models ?? [], after.models);
    if ((was.turn !== now.turn || was.stage !== now.stage) && now.failure === undefined && now.stage !== 'promote') yield stageLine(now);
  }
}

function* setAsideLines(was: PipelineView | undefined, now: PipelineView): Generator<StoryLine> {
  const known = new Set(was?.setAside?.map(({ name, sha256 }) => `${name} ${sha256}`));
  for (const file of now.setAside ?? [])
    if (!known.has(`${file.name} ${file.sha256}`)) yield { tone: 'bad', text: `games of ${file.item} set aside: ${file.failure.code}` };
}

function stageLine({ turn, stage, detail, games }: PipelineView): StoryLine {
  if (isTurnOver(stage))
    return { tone: 'good', text: `turn ${turn} is ${stage === 'idle' ? 'over, nothing more is wanted' : 'done'}: ${plural(games, 'game')} in all` };
  return { tone: stage === 'failed' ? 'bad' : 'plain', text: `turn ${turn}: ${stage}${detail === '' || detail === stage ? '' : ` (${detail})`}` };
}

/**
 * Returns the lines about the gate's verdict, which follows from the states of the models. The SPRT figures come from the last look at the cluster
 * that had figures.
 */
function* verdictLines(was: PipelineView, now: PipelineView, before: readonly ModelView[], after: readonly ModelView[]): Generator<StoryLine> {
  for (const model of after.filter((one) => one.pipeline === now.name)) {
    const state = before.find((one) => one.id === model.id)?.state;
    if (state === model.state || (state === undefined && model.turn === 0)) continue;
    const gate = [now.evaluation, was.evaluation].find((one) => one?.candidate === model.id);
    const numbers = gate === undefined ? '' : ` (LLR ${gate.llr.toFixed(2)} after ${plural(gate.pairs, 'pair')})`;
    if (model.state === 'champion')
      yield { tone: 'good', text: `promoted: ${model.id}${numbers}, ${Math.round(model.elo)} Elo, ${signed(model.elo - was.championElo)}` };
    if (model.state === 'rejected') yield { tone: 'plain', text: `rejected: ${model.id} is not better than ${now.champion}${numbers}` };
  }
}

export const signed = (elo: number): string => `${elo >= 0 ? '+' : '-'}${Math.abs(Math.round(elo))}`;
