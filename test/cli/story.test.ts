import { describe, expect, test } from 'vitest';
import { announce, faultTargets, followFault, type PlantedFault } from '../../src/cli/demo/fault-watch.ts';
import { panelLines } from '../../src/cli/demo/panel.ts';
import { emptyRecord, remember } from '../../src/cli/demo/record.ts';
import { cutPainted } from '../../src/cli/demo/screen.ts';
import { storyOf } from '../../src/cli/demo/story-of.ts';
import { nextLines, summaryLines } from '../../src/cli/demo/summary.ts';
import { colourOf } from '../../src/cli/render/colour.ts';
import type { ClusterStatus } from '../../src/domain/cluster/status.ts';
import type { JobView } from '../../src/domain/job/view.ts';
import type { PipelineView } from '../../src/domain/pipeline/view.ts';
import { fixtureStatus, killed } from './fixture-cluster.ts';

const nowMs = 1_700_000_000_000;
const before = fixtureStatus(nowMs);
const pipeline = before.pipelines[0] ?? expect.fail();
const texts = (after: ClusterStatus, from: ClusterStatus = before): string[] => storyOf(from, after).map((line) => line.text);
const withPipeline = (over: Partial<PipelineView>): ClusterStatus => ({ ...before, pipelines: [{ ...pipeline, ...over }] });

describe('storyOf', () => {
  test('a file of games that was set aside gives one line', () => {
    const failure = { code: 'pipeline.bad-games', class: 'data', message: 'Cannot', fields: {}, chain: [] } as const;
    const file = { item: 'cf.2.self-play.7', turn: 2, name: 'f', sha256: 'a', atMs: 0, failure };
    const after: ClusterStatus = { ...before, pipelines: before.pipelines.map((one) => ({ ...one, setAside: [file] })) };
    expect(texts(after)).toEqual(['games of cf.2.self-play.7 set aside: pipeline.bad-games']);
    expect(texts(after, after)).toEqual([]);
  });
  test('two equal statuses give no line', () => expect(storyOf(before, structuredClone(before))).toEqual([]));

  test('the first status gives the current state, not the past', () => {
    expect(storyOf(undefined, before).map((line) => line.text)).toEqual([
      'nodes a (2 slots), c (2 slots) are alive',
      'turn 2: self-play (80 of 120 games)',
    ]);
  });

  test('a node that changes its state gives a line with the evidence', () => {
    expect(
      texts({
        ...before,
        nodes: before.nodes.map((node) => (node.node === ('b' as string) ? { ...node, state: 'alive', evidence: 'answers' } : node)),
      }),
    ).toEqual(['node b is alive: answers']);
  });

  test('a process that was started again gives a line', () => {
    expect(
      texts({ ...before, processes: before.processes.map((one) => ({ ...one, restarts: one.name === 'server' ? 1 : one.restarts, pid: 99 })) }),
    ).toEqual(['process server ended and was started again (pid 99)']);
  });

  test('a failure, another try and the repair give lines in that order', () => {
    const failed: JobView = { ...(before.openJobs[1] ?? expect.fail()), state: 'failed', endedAtMs: nowMs, failure: killed };
    const again: JobView = { ...(before.openJobs[1] ?? expect.fail()), epoch: 2, node: 'c' };
    const first = { ...before, openJobs: [again], recentJobs: [failed, ...before.recentJobs] };
    expect(texts(first)).toEqual(['cf.2.self-play.8/1 failed on a: job.killed', 'cf.2.self-play.8 is tried again as epoch 2 on c']);
    const second = { ...first, openJobs: [], recentJobs: [{ ...again, state: 'completed' as const, endedAtMs: nowMs }, ...first.recentJobs] };
    expect(texts(second, first)).toEqual(['cf.2.self-play.8/2 completed on c: repaired']);
  });

  test('a job that simply ends gives no line', () => {
    expect(texts({ ...before, recentJobs: [{ ...(before.openJobs[1] ?? expect.fail()), state: 'completed' }, ...before.recentJobs] })).toEqual([]);
  });

  test('a cancelled try gives no line', () => {
    const off: JobView = {
      ...(before.openJobs[1] ?? expect.fail()),
      state: 'failed',
      failure: { ...killed, code: 'job.cancelled', class: 'cancelled' },
    };
    expect(texts({ ...before, recentJobs: [off, ...before.recentJobs] })).toEqual([]);
  });

  test('a new stage and a new turn give lines', () => {
    expect(texts(withPipeline({ stage: 'train', detail: 'train on b' }))).toEqual(['turn 2: train (train on b)']);
    expect(texts(withPipeline({ stage: 'done', games: 320 }))).toEqual(['turn 2 is done: 320 games in all']);
    expect(texts(withPipeline({ turn: 3, detail: '' }))).toEqual(['turn 3: self-play']);
  });

  test('a promotion gives a line with its Elo and the SPRT', () => {
    const was = withPipeline({ stage: 'evaluate', evaluation: { candidate: 'connect-four.2', pairs: 40, llr: 2.98, lower: -2.94, upper: 2.94 } });
    const model = {
      id: 'connect-four.2',
      pipeline: 'connect-four',
      turn: 2,
      sha256: 'ef',
      state: 'champion',
      elo: 150.2,
      eloError: 38,
      trainingSet: 'x',
      createdAtMs: nowMs,
    } as const;
    const after = {
      ...was,
      pipelines: [{ ...pipeline, stage: 'promote' as const, champion: model.id, championElo: 150.2 }],
      models: [model, ...before.models.map((one) => ({ ...one, state: 'retired' as const }))],
    };
    expect(texts(after, was)).toEqual(['promoted: connect-four.2 (LLR 2.98 after 40 pairs), 150 Elo, +66']);
    expect(
      texts(
        { ...after, pipelines: [pipeline], models: [{ ...model, state: 'rejected' }, ...before.models] },
        { ...was, models: [{ ...model, state: 'candidate' }, ...before.models] },
      ),
    ).toEqual(['rejected: connect-four.2 is not better than connect-four.1 (LLR 2.98 after 40 pairs)', 'turn 2: self-play (80 of 120 games)']);
  });

  test('a failed turn gives one line, with its message', () => {
    const failed = withPipeline({ stage: 'failed', failure: { ...killed, message: 'Cannot train because the disk is full; try df' } });
    expect(texts(failed)).toEqual(['turn 2 stopped: Cannot train because the disk is full; try df']);
    expect(texts(structuredClone(failed), failed)).toEqual([]);
  });

  test('a failed sync gives a line', () => {
    const sync = {
      ...(before.recentSyncs[0] ?? expect.fail()),
      timestamp: 'later',
      state: 'failed' as const,
      failure: { ...killed, code: 'sync.disk-full' as const },
    };
    expect(texts({ ...before, recentSyncs: [sync, ...before.recentSyncs] })).toEqual(['sync of games-connect-four@a to home failed: sync.disk-full']);
  });
});

describe('the planted fault', () => {
  const planted: PlantedFault = { item: 'cf.2.self-play.8', epoch: 1, node: 'a', pid: 4242, atMs: nowMs, phase: 'planted', lostMs: 4000 };
  const job = before.openJobs[1] ?? expect.fail();

  test('hits the youngest running self-play job of the requested turn', () => {
    expect(faultTargets(before, 'connect-four', 2, 1000)[0]).toMatchObject({ item: 'cf.2.self-play.7', epoch: 2 });
    expect(faultTargets(before, 'connect-four', 3, 1000)).toEqual([]);
    expect(faultTargets(before, 'connect-four', 3, 15_000)).not.toEqual([]);
    // A job of a second never counts as running, so a claimed job is tried too.
    expect(faultTargets({ ...before, openJobs: before.openJobs.filter((one) => one.state === 'claimed') }, 'connect-four', 2, 99_000)).not.toEqual(
      [],
    );
    expect(faultTargets(before, 'chess', 1, 99_000)).toEqual([]);
  });

  test('is announced, then noticed, retried and repaired with times from the ledger, each once', () => {
    expect(announce(planted).text).toBe('! fault planted: killed pid 4242 of job cf.2.self-play.8/1 on a');
    const noticed: ClusterStatus = { ...before, openJobs: [], recentJobs: [{ ...job, state: 'failed', endedAtMs: nowMs + 900, failure: killed }] };
    const one = followFault(planted, noticed, nowMs + 1200);
    expect(one.lines.map((line) => line.text)).toEqual(['  noticed after 0.9s: job.killed']);
    const two = followFault(one.fault, { ...noticed, openJobs: [{ ...job, epoch: 2, node: 'c', startedAtMs: nowMs + 1500 }] }, nowMs + 2000);
    expect(two.lines.map((line) => line.text)).toEqual(['  tried again as epoch 2 on c after 1.5s']);
    const done: ClusterStatus = {
      ...noticed,
      recentJobs: [{ ...job, epoch: 2, node: 'c', state: 'completed', startedAtMs: nowMs + 1500, endedAtMs: nowMs + 6000 }, ...noticed.recentJobs],
    };
    const three = followFault(two.fault, done, nowMs + 6400);
    expect(three.lines.map((line) => line.text)).toEqual([
      '  repaired: cf.2.self-play.8/2 completed on c, 6s after the kill; its result counts once',
    ]);
    expect(followFault(three.fault, done, nowMs + 9000).lines).toEqual([]);
    expect(followFault(planted, done, nowMs + 6400).lines).toHaveLength(3);
  });

  test('is not noticed while the try still looks alive', () => {
    expect(followFault(planted, before, nowMs + 400)).toEqual({ fault: planted, lines: [] });
  });
});

describe('panel and summary', () => {
  test('the panel is stable and uncoloured without a terminal', () => {
    expect(panelLines({ status: before, view: pipeline, turnsWanted: 3, elapsedMs: 42_000, ageMs: 100 }, colourOf(false))).toEqual([
      '── demo · 42s · http://127.0.0.1:18233 ──',
      'nodes  a ●●   b ○○ suspect   c ●○',
      'queue  █████████████████████▒▒░ 3 pending · 3 under way · 41 closed · 200 games',
      'turn   2/3 [self-play] sync consolidate export train evaluate promote distribute',
      '       80 of 120 games',
      'SPRT   reject -2.94 ├──────────┼───●──────┤ 2.94 accept  LLR 1.20 after 24 pairs',
      'Elo    connect-four.1 84±40',
    ]);
  });

  test('lines are cut by their visible width, and colours are reset', () => {
    expect(cutPainted('\u001B[32mabc\u001B[39mdef', 2)).toBe('\u001B[32mab\u001B[39m');
    expect(cutPainted('a●b', 2)).toBe('a●');
  });

  test('the summary counts what the demo did', () => {
    const record = remember(remember(emptyRecord(1), before, pipeline, nowMs - 60_000), before, pipeline, nowMs - 60_000);
    const fault: PlantedFault = {
      item: 'cf.2.self-play.8',
      epoch: 1,
      node: 'a',
      pid: 1,
      atMs: nowMs,
      phase: 'repaired',
      lostMs: 4000,
      noticedMs: 900,
      retriedMs: 1500,
      retriedOn: 'c',
      repairedMs: 6000,
    };
    expect(summaryLines({ status: before, view: { ...pipeline, turn: 2 }, record, fault, elapsedMs: 71_000 })).toEqual([
      '2 turns in 1m11s: 200 games, 1 sync of 1.4 MiB, champion connect-four.1 at 84 Elo',
      '  turn 1: connect-four.1 promoted, +0 Elo (± 40), SPRT 1.20 in [-2.94, 2.94] after 24 pairs',
      '  the planted fault cost 4s of work of cf.2.self-play.8/1: noticed after 0.9s, tried again on c after 1.5s, made good after 6s',
    ]);
    expect(nextLines('bin/ringmaster', fault, before, false)).toContain('  bin/ringmaster explain cf.2.self-play.8');
    expect(nextLines('ringmaster', fault, before, true)).toEqual([]);
  });
});
