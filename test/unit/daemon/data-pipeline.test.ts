import { expect, test } from 'vitest';
import type { NodeId } from '../../../src/domain/ids.ts';
import type { PipelineConfig } from '../../../src/domain/pipeline/pipeline.ts';
import type { PipelineView } from '../../../src/domain/pipeline/view.ts';
import { decidePipelines as decideAt, pipelineStartsMax, type SeenPipeline } from '../../../src/duty/data-pipeline.ts';

const seen = (name: string, changes: Partial<PipelineView>, isRunning: boolean): SeenPipeline => ({
  config: { name } as PipelineConfig,
  nodes: ['b' as NodeId],
  isRunning,
  view: {
    name,
    turn: 3,
    stage: 'train',
    detail: '',
    standing: { nextTurn: 3, turnsLeft: 2, wish: { wish: 'running', by: 'ada@home', reason: 'more', sinceMs: 1 } },
    ...changes,
  },
});

const nowMs = 10_000;
const decidePipelines = (all: readonly SeenPipeline[]) => decideAt(all, undefined, nowMs);

test('a pipeline with turns left that does not run is started with its turn; a running pipeline, and one without turns left, are left alone', () => {
  const { health, steps } = decidePipelines([
    seen('gone', {}, false),
    seen('runs', {}, true),
    seen('ended', { stage: 'idle', standing: { nextTurn: 4, turnsLeft: 0 } }, false),
  ]);
  expect(steps).toMatchObject([{ type: 'run-pipeline', pipeline: { config: { name: 'gone' }, nodes: ['b'], turn: 3, turnsLeft: 2, begun: true } }]);
  expect(health).toMatchObject({ healthy: true, message: 'gone did not run and is started again; runs is at train of turn 3' });
});

test('a paused pipeline that is gone is started paused', () => {
  const wish = { wish: 'paused', by: 'ada@home', reason: 'a look', sinceMs: 1 } as const;
  const { steps } = decidePipelines([seen('gone', { stage: 'paused', standing: { nextTurn: 3, turnsLeft: 2, wish } }, false)]);
  expect(steps).toMatchObject([{ type: 'run-pipeline', pipeline: { paused: true, wish } }]);
});

test('a pause with an end lasts on by its length, whatever time the Temporal server has', () => {
  const pausedUntil = (untilMs: number) => {
    const wish = { wish: 'paused', by: 'ada@home', reason: 'a look', sinceMs: 1, untilMs } as const;
    return decidePipelines([seen('gone', { stage: 'paused', standing: { nextTurn: 3, turnsLeft: 2, wish } }, false)]).steps;
  };
  expect(pausedUntil(nowMs + 60_000)).toMatchObject([{ pipeline: { pauseForMs: 60_000 } }]);
  expect(pausedUntil(nowMs - 60_000)).toMatchObject([{ pipeline: { pauseForMs: 1 } }]);
});

test('turns that wait for the daemon are woken', () => {
  const { steps, restMs } = decidePipelines([
    seen('waits', { stage: 'self-play', detail: 'waits for DATA_PIPELINE, which is stopped because ada@home stopped it' }, true),
    seen('other', { stage: 'self-play', detail: 'waits for QUEUE_POPULATOR, which is stopped because ada@home stopped it' }, true),
  ]);
  expect(steps).toEqual([{ type: 'wake', workflow: 'generation/waits/3' }]);
  expect(restMs).toBe(1_000);
});

test('without a pipeline that was ever run, the daemon has nothing to keep', () => {
  expect(decidePipelines([]).health.message).toBe('no pipeline has turns left');
});

test('of many pipelines that are gone, a round starts some, and the next round follows soon', () => {
  const all = Array.from({ length: pipelineStartsMax + 1 }, (_, k) => seen(`p${k}`, {}, false));
  const first = decidePipelines(all);
  expect(first.steps).toHaveLength(pipelineStartsMax);
  expect(first.restMs).toBe(1_000);
  const second = decidePipelines(all.map((one, k) => ({ ...one, isRunning: k < pipelineStartsMax })));
  expect(second.steps).toMatchObject([{ type: 'run-pipeline', pipeline: { config: { name: `p${pipelineStartsMax}` } } }]);
  expect(second).not.toHaveProperty('restMs');
});
