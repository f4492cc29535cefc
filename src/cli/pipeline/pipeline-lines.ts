import type { ModelView } from '../../domain/model/model.ts';
import type { StageSpan } from '../../domain/pipeline/stage-history.ts';
import type { PipelineView } from '../../domain/pipeline/view.ts';
import type { SetAsideFile } from '../../domain/game/set-aside.ts';
import { setAsideFate } from '../../service/explain/say-set-aside.ts';
import { sayPipelineWish } from '../../service/pipeline/say-wish.ts';
import { ago } from '../../service/say.ts';
import { printable, styleOfState, type Colour } from '../render/colour.ts';
import { table } from '../render/table.ts';
import { sentenceOf } from '../../domain/failure/sentence.ts';

export function pipelineLines(pipelines: readonly PipelineView[], nowMs: number, wide: boolean, colour: Colour): string[] {
  if (pipelines.length === 0) return ['no pipelines'];
  const rows = table(
    [
      { head: 'PIPELINE' },
      { head: 'TURN', align: 'right' },
      { head: 'STAGE' },
      { head: 'FOR' },
      { head: 'CHAMPION' },
      { head: 'ELO', align: 'right' },
      { head: 'PROMOTIONS', align: 'right' },
      { head: 'GAMES', align: 'right' },
      { head: 'DETAIL', fits: !wide },
    ],
    pipelines.map((one) => [
      one.name,
      one.turn,
      { text: one.stage, style: styleOfState(one.stage) },
      ago(nowMs - one.stageSinceMs),
      one.champion || '-',
      Math.round(one.championElo),
      one.promotions,
      one.games,
      one.failure === undefined ? one.detail : { text: sentenceOf(one.failure), style: 'bad' },
    ]),
    colour,
  );
  return [...rows, ...pipelines.flatMap((one) => wishLine(one, nowMs))];
}

function wishLine(pipeline: PipelineView, nowMs: number): string[] {
  const said = sayPipelineWish(pipeline, nowMs);
  return said === undefined ? [] : [printable(`  ${pipeline.name}: ${said}`)];
}

export function modelLines(models: readonly ModelView[], wide: boolean, colour: Colour): string[] {
  if (models.length === 0) return ['no models'];
  return table(
    [
      { head: 'MODEL' },
      { head: 'TURN', align: 'right' },
      { head: 'STATE' },
      { head: 'ELO', align: 'right' },
      { head: '±', align: 'right' },
      { head: 'SHA256', ...(wide ? {} : { max: 13 }) },
    ],
    models.map((one) => [
      one.id,
      one.turn,
      { text: one.state, style: styleOfState(one.state) },
      Math.round(one.elo),
      Math.round(one.eloError),
      one.sha256 || '-',
    ]),
    colour,
  );
}

/** Returns lines with the games files that were set aside. Returns no lines when no file was set aside. */
export function setAsideLines(files: readonly SetAsideFile[], nowMs: number, wide: boolean, colour: Colour): string[] {
  if (files.length === 0) return [];
  return table(
    [{ head: 'GAMES SET ASIDE' }, { head: 'TURN', align: 'right' }, { head: 'AGO' }, { head: 'SINCE THEN' }, { head: 'WHY', fits: !wide }],
    files.map((one) => [
      one.item,
      one.turn,
      ago(nowMs - one.atMs),
      { text: setAsideFate(one), style: one.replacedBy === undefined ? 'bad' : 'good' },
      sentenceOf(one.failure),
    ]),
    colour,
  );
}

/** Returns lines with the stages of a turn and their durations. Returns no lines when no stage is known. */
export function stageLines(spans: readonly StageSpan[], nowMs: number, wide: boolean, colour: Colour): string[] {
  if (spans.length === 0) return [];
  return table(
    [{ head: 'STAGE' }, { head: 'AGO' }, { head: 'TOOK', align: 'right' }, { head: 'OUTCOME' }, { head: 'DETAIL', fits: !wide }],
    spans.map(({ stage, startedAtMs, endedAtMs = nowMs, outcome = 'running', detail = '', failureCode }) => [
      stage,
      ago(nowMs - startedAtMs),
      ago(endedAtMs - startedAtMs),
      { text: outcome, style: styleOfState(outcome) },
      failureCode === undefined ? detail : `${failureCode} (${detail})`,
    ]),
    colour,
  );
}
