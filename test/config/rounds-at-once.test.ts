/**
 * Puts every limit of the cluster file at its maximum at once, and measures the rounds of the daemons that work for each node, dataset or pipeline. A round
 * is one payload of Temporal, and its memory is bounded.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import { inspectCluster } from '../../src/config/load-cluster.ts';
import { payloadBytes, payloadBytesMax } from '../../src/contract/payload-limit.ts';
import { copyTrustedMs, failuresUnwell, type CopyView } from '../../src/domain/dataset/copies.ts';
import { keptDatasetsMax } from '../../src/domain/dataset/keep.ts';
import { championDataset } from '../../src/domain/dataset/names.ts';
import { failureRecord } from '../../src/domain/failure/record.ts';
import { boundedFailure } from '../../src/domain/failure/bounded-failure.ts';
import type { NodeId } from '../../src/domain/ids.ts';
import { memoryBytesMax } from '../../src/domain/limits.ts';
import { decideSyncs } from '../../src/duty/auto-sync.ts';
import { decideIdle, type IdleNode, idleShutdown } from '../../src/duty/idle-shutdown.ts';
import { decideChampions } from '../../src/duty/model-distribution.ts';
import { decideQuality, turnsBefore } from '../../src/duty/quality-monitor.ts';
import { ClusterFolder } from './cluster-folder.ts';
import { greatestFile } from './greatest-file.ts';

const letters = (count: number): string => 'x'.repeat(count);
const folder = new ClusterFolder();
let nodes: readonly NodeId[] = [];
let pipelines: readonly string[] = [];
beforeEach(() => {
  if (nodes.length > 0) return;
  const { config, faults } = inspectCluster(greatestFile(), folder.file);
  nodes = config?.nodes.map(({ id }) => id) ?? [];
  pipelines = config?.pipelines.map(({ name }) => name) ?? [];
  expect([faults, nodes.length, pipelines.length]).toEqual([[], 500, 100]);
});
const nowMs = 10 * copyTrustedMs;
const failure = boundedFailure(
  failureRecord('sync.disk-full', { cannot: letters(9_000), because: letters(9_000), hint: { say: letters(900) }, fields: {} }),
);

interface Round {
  readonly memory: unknown;
  readonly health: { readonly message: string; readonly details: object };
  readonly steps: readonly object[];
}
function expectBounded(round: Round): void {
  expect(payloadBytes(round)).toBeLessThanOrEqual(payloadBytesMax);
  expect(payloadBytes(round.memory ?? null)).toBeLessThanOrEqual(memoryBytesMax);
}

describe('copies on every node', () => {
  const alive = () => nodes.map((node) => ({ node, state: 'alive' as const, sinceMs: 0 }));
  const copiesOf = (datasets: readonly string[], changes: Partial<CopyView>): readonly CopyView[] =>
    datasets.flatMap((dataset) => nodes.map((target) => ({ dataset, target, failures: 0, ...changes })));
  const states: readonly (readonly [string, Partial<CopyView>])[] = [
    ['none is there', {}],
    ['all failed', { failures: failuresUnwell, failedAtMs: nowMs - 1, failure }],
    ['all are in step', { version: 'v', completedAtMs: nowMs }],
  ];

  test.each(states)('AUTO_SYNC, and %s', (_state, changes) => {
    const ids = Array.from({ length: keptDatasetsMax }, (_, k) => `${k}-${letters(60)}`);
    const kept = ids.map((id) => ({ id, targets: nodes, tree: { version: 'v', files: 1, bytes: 1 } }));
    const round = decideSyncs({ kept, copies: copiesOf(ids, changes), nodes: alive() }, undefined, nowMs);
    expectBounded(round);
    expect(round.health.message).toMatch(/ of 50000 copies are in step|^50000 copies are in step/);
  });

  test.each(states)('MODEL_DISTRIBUTION, and %s', (_state, changes) => {
    const wanted = pipelines.map((name) => ({ dataset: championDataset(name), version: 'v', targets: nodes }));
    const copies = copiesOf(
      wanted.map(({ dataset }) => dataset),
      changes,
    );
    const round = decideChampions(
      { wanted, copies, nodes: alive(), pipelines: pipelines.map((name) => ({ name, turn: 1e6, detail: letters(1_000) })) },
      undefined,
      nowMs,
    );
    expectBounded(round);
    expect(round.health.message).toMatch(/ of 50000 copies are in step|^50000 copies are in step/);
  });
});

test('IDLE_SHUTDOWN, with every node idle, drained or needed', () => {
  const reason = letters(200);
  const seen = { afterMs: 1e9, isAlive: true };
  const wish = { service: 'draining' as const, by: idleShutdown, reason, sinceMs: 1, drainedAtMs: 2 };
  const states: readonly Partial<IdleNode>[] = [{ idleMs: 1e10 }, { wish }, { neededBy: letters(120) }];
  const rounds = states.map((state) => decideIdle(nodes.map((node) => ({ node, ...seen, ...state }))));
  for (const round of rounds) expectBounded(round);
  expect(rounds.map(({ steps }) => steps.length)).toEqual([nodes.length, nodes.length, 0]);
});

test('QUALITY_MONITOR, with bad games in every pipeline', () => {
  const turns = Array.from({ length: turnsBefore + 1 }, (_, k) => ({ turn: 1e6 - k, newestMs: 1e13 }));
  const bad = { games: 1e6, distinct: 1, wins: 1e6, draws: 0, losses: 0, lengths: { n: 1e6, sum: 1e9, squares: 1e12 } };
  const counted = turns.map((turn) => ({ ...bad, ...turn }));
  const round = decideQuality(
    pipelines.map((pipeline) => ({ pipeline, holds: true, turns, counted })),
    undefined,
  );
  expectBounded(round);
  expect(round.steps).toHaveLength(pipelines.length);
});
