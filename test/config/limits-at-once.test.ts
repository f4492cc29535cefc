/**
 * Puts every limit of the cluster file and of items at its maximum at once, and measures what then crosses Temporal. The values go through the same functions as
 * in the product. `test/workflow/limits.test.ts` runs such an evaluation.
 */
import { describe, expect, test } from 'vitest';
import { listOutputs } from '../../activities/node/list-outputs.ts';
import { acceptLimits } from '../../activities/limits.ts';
import { faultText } from '../../src/config/fault/fault.ts';
import { inspectCluster } from '../../src/config/load-cluster.ts';
import { payloadBytes, payloadBytesMax } from '../../src/contract/payload-limit.ts';
import type { PipelineInput } from '../../src/contract/workflows.ts';
import type { ClusterConfig } from '../../src/domain/cluster/cluster.ts';
import { failureRecord } from '../../src/domain/failure/record.ts';
import { boundedFailure } from '../../src/domain/failure/bounded-failure.ts';
import type { ItemId, NodeId } from '../../src/domain/ids.ts';
import { outcomeForOwner } from '../../src/domain/item/closed-item.ts';
import { sizeFault } from '../../src/domain/item/item-size.ts';
import { clusterSlotsMax, itemsAtOnceMax, memoryBytesMax, pairsMax, pairsPerItemMax, stageItemsMax } from '../../src/domain/limits.ts';
import type { PipelineConfig } from '../../src/domain/pipeline/pipeline.ts';
import { decidePipelines } from '../../src/duty/data-pipeline.ts';
import { decideReaper } from '../../src/duty/job-reaper.ts';
import { jobLimits } from '../../src/transport/limits.ts';
import { portableCommand } from '../../src/transport/script/portable-command.ts';
import { programs } from '../../src/transport/script/programs.ts';
import { itemSpec } from '../support/item-spec.ts';
import { ClusterFolder } from './cluster-folder.ts';
import { greatestFile } from './greatest-file.ts';

const folder = new ClusterFolder();
const letters = (count: number): string => 'x'.repeat(count);
const name = `p0-${letters(60)}`;
/** The longest id of an item, and the greatest number of a try that a person will see. */
const longest = (k: number): ItemId => `${String(k).padStart(6, '0')}${letters(115)}` as ItemId;

let parsed: ClusterConfig | undefined;
/** The names in the file have as many letters as are allowed, and each stage as many bytes. */
function greatestConfig(): ClusterConfig {
  if (parsed !== undefined) return parsed;
  const { config, faults } = inspectCluster(greatestFile(), folder.file);
  expect(faults.map(faultText)).toEqual([]);
  if (config === undefined) throw new Error('no configuration');
  parsed = config;
  return config;
}
/** The pipeline of the file whose evaluation has the greatest items. */
function greatestPipeline(): PipelineConfig {
  const [pipeline] = greatestConfig().pipelines;
  if (pipeline === undefined) throw new Error('no pipeline');
  return pipeline;
}
const bytesOf = (value: unknown): number => {
  const bytes = payloadBytes(value);
  expect(bytes).toBeLessThanOrEqual(payloadBytesMax);
  return bytes;
};
const pairs = (count: number): readonly object[] =>
  Array.from({ length: count }, (_, k) => ({ index: pairsMax - 1 - k, opening: 4_000_000_000, scores: [0.5, 0.5] }));
const failure = boundedFailure(
  failureRecord('job.exit-code', {
    cannot: letters(9_000),
    because: letters(9_000),
    hint: { say: letters(900) },
    fields: { stderr: letters(9_000) },
  }),
);

describe('with every limit at its maximum', { timeout: 60_000 }, () => {
  test('the pipeline, its signals and its turns fit', () => {
    const { nodes, pipelines } = greatestConfig();
    const [pipeline] = pipelines;
    if (pipeline === undefined) throw new Error('no pipeline');
    const input: PipelineInput = {
      v: 1,
      config: pipeline,
      nodes: nodes.map(({ id }) => id),
      turn: 1e9,
      turnsLeft: 1e9,
      paused: false,
      failures: 2,
    };
    expect(bytesOf(input)).toBeLessThan(payloadBytesMax / 8);
  });

  test('an item of each stage fits into the queue, and the longest list that a stage enqueues at once fits', () => {
    const pipeline = greatestPipeline();
    const request = { pairs: pairs(pairsPerItemMax).map((pair) => ({ ...pair, scores: undefined })) };
    const inputs = ['candidate', 'champion'].map((one) => ({ name: one, sha256: 'a'.repeat(64), bytes: 1e12 }));
    const payload = { dataset: `payload-${name}`, digest: 'd'.repeat(64) };
    const { command, env, labels } = pipeline.evaluate;
    const spec = itemSpec(longest(1), {
      request,
      inputs,
      payload,
      command,
      env,
      labels,
      owner: `evaluate/${name}/1000000000`,
      pipeline: name,
      turn: 1e9,
    });
    expect(sizeFault(spec)).toBeUndefined();
    bytesOf(Array.from({ length: 24 }, () => spec));
    expect(sizeFault({ ...spec, request: { text: letters(60_000) } })).toContain('request');
    expect(sizeFault({ ...spec, env: { A: letters(20_000) } })).toContain('besides its request');
  });

  test('the words of a start fit into one argument of a program, whatever the login shell of the node is', () => {
    const argumentBytesMax = 128 * 1_024;
    const { command, env } = greatestPipeline().train;
    const words = [...Object.entries(env).map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`), ...command];
    expect(portableCommand(programs.start, [programs.supervise, programs.leader, ...words]).length).toBeLessThan(argumentBytesMax);
    const folders = Array.from({ length: jobLimits.lookJobsMax }, (_, k) => [
      `jobs/${longest(k)}/1000000`,
      `${letters(40)}/${longest(k)}/1000000`,
      '123456789012',
    ]).flat();
    expect(portableCommand(programs.look, folders).length).toBeLessThan(argumentBytesMax);
  });

  test('the dispatcher carries all open jobs, and the sweep all nodes', () => {
    const { nodes } = greatestConfig();
    const node = nodes[0]?.id;
    expect(nodes.reduce((sum, { slots }) => sum + slots, 0)).toBe(clusterSlotsMax);
    const open = Array.from({ length: clusterSlotsMax }, (_, k) => ({ job: { item: longest(k), epoch: 100 }, node, slots: 1 }));
    bytesOf({ v: 2, open, closed: open.slice(0, 200).map(({ job }) => `job/${job.item}/${job.epoch}`), reconciledAtMs: 1e13 });
    const views = nodes.map(({ id, slots, labels }) => ({
      node: id,
      state: 'unreachable',
      sinceMs: 1e13,
      route: 'gateway',
      slots,
      labels,
      evidence: letters(1_000),
      observedAtMs: 1e13,
    }));
    bytesOf({ known: views, maxMs: 15_000 });
    bytesOf(Array.from({ length: clusterSlotsMax }, (_, k) => ({ job: { item: longest(k), epoch: 100 }, done: 1e9, of: 1e9 })));
  });

  test('a round of each daemon fits, with all pipelines gone and every job over its limit', () => {
    const { nodes, pipelines } = greatestConfig();
    const standing = { nextTurn: 1e6, turnsLeft: 1e6, wish: { wish: 'running', by: letters(200), reason: letters(200), sinceMs: 1e13 } } as const;
    const started: string[] = [];
    for (let round = 0; started.length < pipelines.length && round < pipelines.length; round += 1) {
      const worked = decidePipelines(
        pipelines.map((config) => ({
          config,
          nodes: nodes.map(({ id }) => id),
          view: { name: config.name, turn: 1e6, stage: 'evaluate', detail: letters(1_000), standing },
          isRunning: started.includes(config.name),
        })),
        undefined,
        0,
      );
      bytesOf(worked);
      started.push(...worked.steps.flatMap((step) => (step.type === 'run-pipeline' ? [step.pipeline.config.name] : [])));
    }
    expect(started).toEqual(pipelines.map((config) => config.name));

    const alive = nodes.map(({ id }) => id);
    const jobs = Array.from({ length: clusterSlotsMax }, (_, k) => ({
      item: longest(k),
      epoch: 100,
      kind: 'self-play' as const,
      node: alive[k % alive.length] as NodeId,
      claimedAtMs: 0,
      runSecondsMax: 1,
      ageMs: 1e12,
    }));
    let memory: ReturnType<typeof decideReaper>['memory'] = { asked: {}, looked: {} };
    for (let round = 0; round < 60; round += 1) {
      const worked = decideReaper({ jobs, alive }, memory, 1e12 + round * 60_000);
      bytesOf(worked);
      ({ memory } = worked);
    }
    expect(payloadBytes(memory)).toBeLessThanOrEqual(memoryBytesMax);
  });

  test('a look at as many jobs as one look names has room for all that it prints, and the end of a job comes home in one piece', () => {
    const { logs } = greatestConfig();
    const homeBytesMax = logs?.homeBytesMax ?? 0;
    // A blank before each line doubles a text of empty lines.
    const printed = 2 * (jobLimits.lookTextBytesMax + jobLimits.lookJobsMax * 2 * homeBytesMax);
    expect(printed).toBeLessThan(jobLimits.lookBytesMax);
    // JSON writes six letters for a control character.
    const end = '\u0001'.repeat(homeBytesMax);
    bytesOf({ type: 'failed', failure, logs: { stdout: end, stderr: end } });
  });

  test('the outcome of a job with 10,000 outputs of long names fits many times', () => {
    const files = Array.from({ length: jobLimits.manifestFilesMax }, (_, k) => ({
      path: `${k}/${letters(250)}`,
      bytes: 1e12,
      sha256: 'f'.repeat(64),
    }));
    const rules = files.slice(-100).map(({ path }) => ({ path, to: 'home' as const }));
    const listed = listOutputs({ v: 1, files, result: { text: letters(jobLimits.resultBytesMax - 20) } }, rules);
    expect(bytesOf(listed)).toBeLessThan(payloadBytesMax / 8);
    expect(listed.files.filter(({ path }) => rules.some((rule) => rule.path === path))).toHaveLength(100);
    expect(listed.files.length + (listed.unlisted?.files ?? 0)).toBe(files.length);
    expect(listed.unlisted?.sha256).toMatch(/^[0-9a-f]{64}$/);
    const few = { v: 1 as const, files: files.slice(0, 3), result: {} };
    expect(listOutputs(few, [])).toBe(few);
    const more = listed.files.filter(({ path }) => !rules.some((rule) => rule.path === path));
    expect(more.reduce((sum, file) => sum + bytesOf(file), 0)).toBeLessThanOrEqual(acceptLimits.listedBytesMax);
    expect(more.length).toBeGreaterThan(10);
  });

  test('the owner of an item gets only what it needs, and a page of items fits', () => {
    const files = Array.from({ length: 200 }, (_, k) => ({ path: k === 7 ? 'model' : `${k}`, bytes: 1, sha256: 'f'.repeat(64) }));
    const outcome = {
      type: 'completed' as const,
      files,
      result: { pairs: pairs(pairsPerItemMax).map((pair) => ({ ...pair, moves: letters(500) })) },
    };
    const sizes = { 'self-play': 100, train: 200, command: 100, evaluate: 64 * 1_024 } as const;
    for (const [kind, most] of Object.entries(sizes))
      expect(payloadBytes(outcomeForOwner(kind as keyof typeof sizes, outcome))).toBeLessThanOrEqual(most);
    bytesOf(Array.from({ length: 40 }, (_, k) => ({ item: longest(k), state: 'failed', kind: 'evaluate', outcome: { type: 'failed', failure } })));
    bytesOf({ items: Array.from({ length: itemsAtOnceMax }, (_, k) => longest(k)) });
    bytesOf({ items: Array.from({ length: stageItemsMax }, (_, k) => longest(k)), added: stageItemsMax });
  });

  test('the pairs of the longest evaluation reach the promotion', () => {
    const bytes = bytesOf({
      verdict: 'accept',
      llr: 1.234567890123456,
      pairs: pairs(pairsMax),
      pipeline: name,
      turn: 1e9,
      candidate: letters(130),
      champion: letters(130),
    });
    expect(bytes).toBeGreaterThan(payloadBytesMax / 2);
  });
});
