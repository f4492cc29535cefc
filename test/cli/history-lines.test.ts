/** A screen shows the last transitions of a node, and the stages of a turn with their durations. */
import { expect, test } from 'vitest';
import { transitionLines } from '../../src/cli/node/node-lines.ts';
import { stageLines } from '../../src/cli/pipeline/pipeline-lines.ts';
import { colourOf } from '../../src/cli/render/colour.ts';
import type { NodeTransition } from '../../src/domain/node/node-change.ts';
import type { StageSpan } from '../../src/domain/pipeline/stage-history.ts';
import { nodeHandlers } from '../../src/http/route/node.ts';
import { pipelineHandlers } from '../../src/http/route/pipeline.ts';
import { failureRecord } from '../../src/domain/failure/record.ts';
import { sayPipelineWish } from '../../src/service/pipeline/say-wish.ts';
import { explainId } from '../../src/service/explain/explain.ts';
import { nodeId } from '../support/item-spec.ts';
import { fixtureReads } from './cli-run.ts';

const nowMs = 1_700_000_000_000;
const plain = colourOf(false);
const change: NodeTransition = { node: nodeId('b'), what: 'state', from: 'alive', to: 'suspect', evidence: 'no answer for 6 s', atMs: nowMs - 6_000 };
const span = (more: Partial<StageSpan>): StageSpan => ({ pipeline: 'connect-four', turn: 2, stage: 'train', startedAtMs: nowMs - 60_000, ...more });

test('a node without history has no lines; transitions are a table below a blank line, eight of them unless wide', () => {
  expect(transitionLines([], nowMs, false, plain)).toEqual([]);
  const [blank, head, row, ...more] = transitionLines([change, { ...change, from: 'x', what: 'service' }], nowMs, false, plain);
  expect([blank, head]).toEqual(['', 'AGO  FROM   TO       EVIDENCE']);
  expect(row).toBe('6s   alive  suspect  no answer for 6 s');
  expect(more).toHaveLength(1);
  const twenty = Array.from({ length: 20 }, () => change);
  expect(transitionLines(twenty, nowMs, false, plain)).toHaveLength(2 + 8);
  expect(transitionLines(twenty, nowMs, true, plain)).toHaveLength(2 + 20);
});

test('stages say how long they took, how they ended and with which failure; an open one is running', () => {
  expect(stageLines([], nowMs, false, plain)).toEqual([]);
  const lines = stageLines(
    [
      span({ stage: 'self-play', endedAtMs: nowMs - 48_000, outcome: 'completed', detail: '8/8 items' }),
      span({ endedAtMs: nowMs - 30_000, outcome: 'failed', failureCode: 'job.killed', detail: '600 games' }),
      span({ startedAtMs: nowMs - 5_000 }),
    ],
    nowMs,
    false,
    plain,
  );
  expect(lines.map((line) => line.trimEnd())).toEqual([
    'STAGE      AGO    TOOK  OUTCOME    DETAIL',
    'self-play  1m00s   12s  completed  8/8 items',
    'train      1m00s   30s  failed     job.killed (600 games)',
    'train      5s       5s  running',
  ]);
});

test('explain of a node that left the cluster file says so, from its history', async () => {
  const removed: NodeTransition = { ...change, from: 'alive', to: 'removed', evidence: 'the cluster file no longer names it', atMs: nowMs - 60_000 };
  const reads = { ...fixtureReads({}, () => nowMs), nodeChanges: (id: string) => (id === 'gone' ? [removed, change] : []) };
  expect(await explainId('node/gone', reads, nowMs)).toMatchObject({
    id: 'gone',
    kind: 'node',
    state: 'removed',
    sinceMs: removed.atMs,
    history: ['6s ago: alive → suspect (no answer for 6 s)', '1m00s ago: alive → removed (the cluster file no longer names it)'],
  });
  expect(await explainId('never-seen', reads, nowMs)).toBeUndefined();
});

test('a pipeline that a failure has paused shows the failure once', () => {
  const failure = failureRecord('pipeline.defect', { cannot: 'go on', because: 'of a test', hint: { say: 'x' } });
  const wish = { wish: 'paused', by: 'ringmaster', reason: failure.message, sinceMs: nowMs - 5_000, heldAtMs: nowMs } as const;
  const view = { turn: 1, stage: 'failed', standing: { nextTurn: 1, turnsLeft: 1, wish } } as const;
  expect(sayPipelineWish({ ...view, failure }, nowMs)).toBe('paused by ringmaster 5s ago, because of that failure.');
  expect(sayPipelineWish(view, nowMs)).toContain(failure.message);
});

test('explain of a node begins its history with the transitions, oldest first; explain of a turn with its stages', async () => {
  const reads = {
    ...fixtureReads({}, () => nowMs),
    nodeChanges: () => [change, { ...change, to: 'alive', evidence: 'answered', atMs: nowMs - 70_000 }],
    stages: () => [span({ endedAtMs: nowMs - 30_000, outcome: 'failed', failureCode: 'job.killed', detail: '600 games' }), span({})],
  };
  const { from: _, ...first } = { ...change, to: 'joining', evidence: 'not looked at yet', atMs: nowMs - 80_000 };
  const history = async (id: string, more = {}) => (await explainId(id, { ...reads, ...more }, nowMs))?.history;
  expect((await history('b'))?.slice(0, 2)).toEqual(['1m10s ago: alive → alive (answered)', '6s ago: alive → suspect (no answer for 6 s)']);
  expect((await history('b', { nodeChanges: () => [first] }))?.[0]).toBe('1m20s ago: first seen as joining (not looked at yet)');
  expect((await history('connect-four/2'))?.slice(0, 2)).toEqual(['train: 30s, failed with job.killed (600 games)', 'train: 1m00s so far']);
  expect((await history('b', { nodeChanges: undefined }))?.join()).not.toContain('→');
});

test('the server adds the history of the one node, and the stages of the turn that is shown', async () => {
  const reads = fixtureReads({}, () => nowMs);
  const asked = { query: {}, nowMs, startedAtMs: nowMs, otherwise: () => undefined } as const;
  const history = {
    ...reads,
    nodeChanges: (node: string) => (node === 'b' ? [change] : []),
    stages: (name: string, turn: number) => (name === 'connect-four' && turn === 2 ? [span({})] : []),
  };
  expect(await nodeHandlers.node({ ...asked, params: { node: 'b' }, reads: history })).toMatchObject({ node: 'b', changes: [change] });
  expect(await pipelineHandlers.pipeline({ ...asked, params: { name: 'connect-four' }, reads: history })).toMatchObject({ stages: [span({})] });
  expect(await nodeHandlers.node({ ...asked, params: { node: 'b' }, reads })).toMatchObject({ changes: [] });
  expect(await pipelineHandlers.pipeline({ ...asked, params: { name: 'connect-four' }, reads })).toMatchObject({ stages: [] });
});
