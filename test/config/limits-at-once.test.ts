/**
 * Puts every limit of the cluster file and of items at its maximum at once, and measures what then crosses Temporal. The values go through the same functions as
 * in the product. `test/workflow/limits.test.ts` runs such an evaluation.
 */
import { describe, expect, test } from 'vitest';
import { listOutputs } from '../../activities/node/list-outputs.ts';
import { acceptLimits } from '../../activities/limits.ts';
import { inspectCluster } from '../../src/config/load-cluster.ts';
import { payloadBytes, payloadBytesMax } from '../../src/contract/payload-limit.ts';
import type { PipelineInput } from '../../src/contract/workflows.ts';
import type { ClusterConfig } from '../../src/domain/cluster/cluster.ts';
import { failureRecord } from '../../src/domain/failure/record.ts';
import { boundedFailure } from '../../src/domain/failure/bounded-failure.ts';
import type { ItemId } from '../../src/domain/ids.ts';
import { outcomeForOwner } from '../../src/domain/item/closed-item.ts';
import { sizeFault } from '../../src/domain/item/item-size.ts';
import { clusterSlotsMax, itemsAtOnceMax, pairsMax, pairsPerItemMax, replacementsMax, stageItemsMax } from '../../src/domain/limits.ts';
import { commandLimits, jobLimits } from '../../src/transport/limits.ts';
import { portableCommand } from '../../src/transport/script/portable-command.ts';
import { programs } from '../../src/transport/script/programs.ts';
import { itemSpec } from '../support/item-spec.ts';
import { ClusterFolder } from './cluster-folder.ts';

const folder = new ClusterFolder();
const letters = (count: number): string => 'x'.repeat(count);
const name = letters(63);
/** The longest id of an item, and the greatest number of a try that a person will see. */
const longest = (k: number): ItemId => `${String(k).padStart(6, '0')}${letters(115)}` as ItemId;

/** Each stage has as many bytes of command and variables as the check allows, with words that need quotes on a node. */
const stage = `{ command: [node, "{payload}/run.js", "${"it's ".repeat(1_300)}"], env: { A: "${letters(6_800)}" } }`;
const text = (): string =>
  [
    'cluster: demo',
    'nodes:',
    ...Array.from(
      { length: 500 },
      (_, k) =>
        `  - { id: ${letters(50)}${k}, ssh: { host: h${k} }, slots: 12, labels: [${Array.from({ length: 7 }, (__, n) => `${n}${letters(61)}`).join(', ')}] }`,
    ),
    'pipelines:',
    `  - name: ${name}`,
    '    payload: payload',
    `    games: { perTurn: ${stageItemsMax * 1_000}, perItem: 1000, windowTurns: 10000 }`,
    ...['selfPlay', 'train', 'evaluate'].map((key) => `    ${key}: ${stage}`),
    `    gate: { pairsMax: ${pairsMax}, pairsPerItem: ${pairsPerItemMax} }`,
  ].join('\n');

function greatest(): ClusterConfig {
  const { config, faults } = inspectCluster(text(), folder.file);
  expect(faults).toEqual([]);
  if (config === undefined) throw new Error('no configuration');
  return config;
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

describe('with every limit at its maximum', () => {
  test('the pipeline, its signals and its turns fit', () => {
    const config = greatest();
    const [pipeline] = config.pipelines;
    if (pipeline === undefined) throw new Error('no pipeline');
    const input: PipelineInput = {
      v: 1,
      config: pipeline,
      nodes: config.nodes.map(({ id }) => id),
      turn: 1e9,
      turnsLeft: 1e9,
      paused: false,
      failures: 2,
    };
    expect(bytesOf(input)).toBeLessThan(payloadBytesMax / 8);
  });

  test('an item of each stage fits into the queue, and the longest list that a stage enqueues at once fits', () => {
    const [pipeline] = greatest().pipelines;
    if (pipeline === undefined) throw new Error('no pipeline');
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
    const [pipeline] = greatest().pipelines;
    const { command = [], env = {} } = pipeline?.evaluate ?? {};
    const words = [...Object.entries(env).map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`), ...command];
    expect(portableCommand(programs.start, [programs.supervise, programs.leader, ...words]).length).toBeLessThan(argumentBytesMax);
    const folders = Array.from({ length: jobLimits.lookJobsMax }, (_, k) => [
      `jobs/${longest(k)}/1000000`,
      `${letters(40)}/${longest(k)}/1000000`,
      '123456789012',
    ]).flat();
    expect(portableCommand(programs.look, folders).length).toBeLessThan(argumentBytesMax);
    expect(commandLimits.outputBytesMax).toBeGreaterThan(0);
  });

  test('the dispatcher carries all open jobs, and the sweep all nodes', () => {
    const { nodes } = greatest();
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
    expect(acceptLimits.listedBytesMax).toBeGreaterThan(0);
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
    expect(stageItemsMax * (replacementsMax + 1)).toBeGreaterThan(itemsAtOnceMax);
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
