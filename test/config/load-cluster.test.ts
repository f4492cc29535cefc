import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { inspectCluster, loadCluster, parseCluster } from '../../src/config/load-cluster.ts';
import { faultText } from '../../src/config/fault/fault.ts';
import { stateFolderOf } from '../../src/config/state-folder.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringmaster-config-'));
  file = join(folder, 'cluster.yaml');
  mkdirSync(join(folder, 'payload'));
  mkdirSync(join(folder, 'openings'));
  writeFileSync(join(folder, 'payload', 'run.js'), '');
});
afterEach(() => rmSync(folder, { recursive: true }));

const faultsOf = (text: string): readonly string[] => inspectCluster(text, file, 'cluster.yaml').faults.map(faultText);

const stages = (key: string, value: string): string =>
  ['selfPlay', 'train', 'evaluate']
    .map((stage) => `    ${stage}: { command: [node, "{payload}/run.js"]${stage === key ? `, ${value}` : ''} }`)
    .join('\n');
const withPipeline = (key = '', value = '', more = ''): string =>
  `cluster: demo\nnodes:\n  - { id: a, local: true, slots: 2, labels: [cpu] }\npipelines:\n  - name: cf\n    payload: payload\n${stages(key, value)}\n${more}`;

describe('a good file', () => {
  test('the smallest one, with every default', () => {
    expect(parseCluster('cluster: demo\nnodes: [{ id: here, local: true }]\n', file)).toEqual({
      v: 1,
      cluster: 'demo',
      state: join(folder, '.state'),
      temporal: { port: 7233, uiPort: 8233, metricsPort: 7235, namespace: 'default', retentionHours: 168 },
      http: { host: '127.0.0.1', port: 8790 },
      nodeLimits: { suspectAfterSeconds: 5, unreachableAfterSeconds: 15, lostAfterSeconds: 600 },
      sweepIntervalMs: 2_000,
      watchIntervalMs: 1_000,
      nodes: [{ id: 'here', worker: 'none', slots: 1, labels: [], folder: join(folder, '.state/nodes/here'), connect: { type: 'local' } }],
      datasets: [],
      pipelines: [],
    });
  });

  test('paths are relative to the file, ~ is our home, ssh keeps what ssh decides', () => {
    writeFileSync(join(folder, 'key'), '');
    const config = parseCluster(
      `cluster: demo
state: ~/rm-state
nodes:
  - { id: far, ssh: { host: far.example.org, identityFile: key }, folder: /data/rm }
  - { id: p, practice: { port: 22101 }, worker: resident }
datasets: [{ id: openings, origin: home, path: openings }, { id: games, origin: node }]`,
      file,
    );
    expect(config.state).toBe(join(homedir(), 'rm-state'));
    expect(config.nodes[0]).toMatchObject({
      folder: '/data/rm',
      connect: { type: 'ssh', host: 'far.example.org', identityFile: join(folder, 'key') },
    });
    expect(config.nodes[0]?.connect).not.toHaveProperty('port');
    expect(config.nodes[1]).toMatchObject({
      worker: 'resident',
      folder: 'ringmaster/demo',
      practice: { port: 22101 },
      connect: { type: 'ssh', host: '127.0.0.1', port: 22101 },
    });
    expect(config.datasets).toEqual([
      { id: 'openings', origin: 'home', path: join(folder, 'openings') },
      { id: 'games', origin: 'node' },
    ]);
  });

  test('a pipeline, with durations in seconds and text out of numbers', () => {
    const [pipeline] = parseCluster(
      withPipeline(
        'train',
        'run: 1h, silent: 1.5m, selfFence: none, attempts: 5, labels: [cpu], slots: 2, env: { THREADS: 2, DEBUG: true }, verify: [node, "{payload}/run.js", 7]',
      ),
      file,
    ).pipelines;
    expect(pipeline).toMatchObject({
      name: 'cf',
      payload: join(folder, 'payload'),
      seed: 1,
      turns: 0,
      gamesPerTurn: 200,
      gamesPerItem: 25,
      windowTurns: 3,
      exploration: 0.1,
    });
    expect(pipeline?.gate).toEqual({ elo0: 0, elo1: 50, alpha: 0.05, beta: 0.05, pairsMax: 200, pairsPerItem: 10 });
    expect(pipeline?.selfPlay).toEqual({
      command: ['node', '{payload}/run.js'],
      limits: { runSecondsMax: 600, silentSecondsMax: 60, selfFenceSeconds: 120 },
      attemptsMax: 3,
      labels: [],
      slots: 1,
      env: {},
    });
    expect(pipeline?.train).toEqual({
      command: ['node', '{payload}/run.js'],
      verify: ['node', '{payload}/run.js', '7'],
      limits: { runSecondsMax: 3_600, silentSecondsMax: 90 },
      attemptsMax: 5,
      labels: ['cpu'],
      slots: 2,
      env: { THREADS: '2', DEBUG: 'true' },
    });
  });

  test('anchors and merge keys', () => {
    const config = parseCluster('cluster: demo\nnodes:\n  - &one { id: a, ssh: { host: a }, slots: 4 }\n  - { <<: *one, id: b }\n', file);
    expect(config.nodes.map(({ id, slots }) => [id, slots])).toEqual([
      ['a', 4],
      ['b', 4],
    ]);
  });
});

describe('faults of one key, with line and a way out', () => {
  test.each([
    ['nodes: [{ id: a, local: true }]', 'cluster.yaml:1: cluster: is missing; try demo'],
    ['cluster: demo', 'cluster.yaml:1: nodes: is missing; try [{ id: here, local: true }]'],
    ['cluster: demo\nnodes: []', 'cluster.yaml:2: nodes: names no node; try - { id: here, local: true }'],
    ['cluster: Demo\nnodes: [{ id: a, local: true }]', 'cluster.yaml:1: cluster: "Demo" is not a name (a-z, 0-9 and -, at most 40); try demo'],
    ['cluster: demo\nnodes:\n  - id: a\n    local: true\n    slotz: 2', 'cluster.yaml:5: nodes[0].slotz: is not a key here; try slots'],
    ['cluster: demo\nnodes:\n  - id: a\n    local: true\n    slots: 0', 'cluster.yaml:5: nodes[0].slots: 0 is less than 1; try 2'],
    [
      'cluster: demo\nnodes:\n  - id: a\n    local: true\n    slots: 1.5',
      'cluster.yaml:5: nodes[0].slots: must be a whole number from 1 to 1024, not 1.5; try 2',
    ],
    ['cluster: demo\nnodes: [{ id: a, ssh: { host: x, port: 70000 } }]', 'cluster.yaml:2: nodes[0].ssh.port: 70000 is more than 65535; try 22'],
    [
      'cluster: demo\nnodes: [{ id: a, local: true, worker: remote }]',
      'cluster.yaml:2: nodes[0].worker: must be resident or none, not "remote"; try none',
    ],
    ['cluster: demo\nnodes: [{ id: a, local: true, labels: gpu }]', 'cluster.yaml:2: nodes[0].labels: must be a list, not "gpu"; try [gpu]'],
    ['cluster: demo\nnodes: [{ id: a, local: true }]\nlimits:\n  suspectAfter: 5', 'cluster.yaml:4: limits.suspectAfter: 5 has no unit; try 5s'],
    [
      'cluster: demo\nnodes: [{ id: a, local: true }]\nlimits:\n  suspectAfter: soon',
      'cluster.yaml:4: limits.suspectAfter: "soon" is not a duration like 500ms, 30s, 10m, 12h or 7d; try 5s',
    ],
    [
      'cluster: demo\nnodes: [{ id: a, local: true }]\ntemporal: { retention: 1h }',
      'cluster.yaml:3: temporal.retention: must lie between 1d and 3650d; try 7d',
    ],
    [
      'cluster: demo\nnodes: [{ id: a, local: true }]\nzzz: 1',
      'cluster.yaml:3: zzz: is not a key here; try one of cluster, state, temporal, http, limits, intervals, nodes, datasets, pipelines',
    ],
    ['- a\n- b', 'cluster.yaml:1: must be a mapping of keys, not ["a","b"]; try cluster: demo'],
    ['', 'cluster.yaml:1: is missing; try cluster: demo'],
  ])('%j', (text, fault) => {
    expect(faultsOf(text)).toEqual([fault]);
  });

  test('of a stage: unknown key by its other spelling, a command that is text, a name that is no variable', () => {
    expect(faultsOf(withPipeline('train', 'self_fence: 1m'))).toEqual([
      'cluster.yaml:8: pipelines[0].train.self_fence: is not a key here; try selfFence',
    ]);
    expect(faultsOf(withPipeline('train', 'verify: node verify.js'))).toEqual([
      'cluster.yaml:8: pipelines[0].train.verify: must be a list, not "node verify.js"; try [node, "{payload}/verify.js"]',
    ]);
    expect(faultsOf(withPipeline('train', 'env: { "A-B": 1 }'))).toEqual([
      'cluster.yaml:8: pipelines[0].train.env.A-B: is not the name of a variable; try letters, digits and _',
    ]);
  });

  test('YAML itself, and a key twice', () => {
    expect(faultsOf('cluster: demo\nnodes: [{ id: a }')).toEqual([expect.stringMatching(/^cluster\.yaml:2: .*; try mending the YAML here$/)]);
    expect(faultsOf('cluster: demo\ncluster: other\nnodes: [{ id: a, local: true }]')).toEqual([
      'cluster.yaml:2: Map keys must be unique; try keeping one of them',
    ]);
  });
});

describe('faults between keys', () => {
  const nodes = (...lines: readonly string[]): string => `cluster: demo\nnodes:\n${lines.map((line) => `  - ${line}`).join('\n')}\n`;

  test('names given twice', () => {
    expect(
      faultsOf(nodes('{ id: a, local: true }', '{ id: a, ssh: { host: x } }') + 'datasets: [{ id: d, origin: node }, { id: d, origin: node }]'),
    ).toEqual([
      'cluster.yaml:4: nodes[1].id: node a is there already (nodes[0].id); try another name',
      'cluster.yaml:5: datasets[1].id: dataset d is there already (datasets[0].id); try another name',
    ]);
    const twice = withPipeline();
    expect(faultsOf(twice + twice.slice(twice.indexOf('  - name')))).toEqual([
      'cluster.yaml:10: pipelines[1].name: pipeline cf is there already (pipelines[0].name); try another name',
    ]);
  });

  test('ports used twice', () => {
    expect(
      faultsOf(
        nodes('{ id: a, practice: { port: 22101 } }', '{ id: b, practice: { port: 22101 } }', '{ id: c, practice: { port: 8790 } }') +
          'temporal: { uiPort: 7235 }',
      ),
    ).toEqual([
      'cluster.yaml:4: nodes[1].practice.port: port 22101 is taken by nodes[0].practice.port; try another port',
      'cluster.yaml:5: nodes[2].practice.port: port 8790 is taken by http.port; try another port',
      'cluster.yaml:6: temporal: port 7235 is taken by temporal.uiPort; try another port'.replace('temporal:', 'temporal.metricsPort:'),
    ]);
  });

  test('a node that is nowhere, or in two places', () => {
    expect(faultsOf(nodes('id: a', '{ id: b, local: true, ssh: { host: b } }'))).toEqual([
      'cluster.yaml:3: nodes[0]: node a says nowhere where it is; try ssh: { host: … }, local: true or practice: { port: 22101 }',
      'cluster.yaml:4: nodes[1]: node b has ssh and local; try only one of them',
    ]);
  });

  test('limits that do not rise', () => {
    expect(faultsOf(nodes('{ id: a, local: true }') + 'limits:\n  suspectAfter: 20s\n  unreachableAfter: 20s\n  lostAfter: 10s')).toEqual([
      'cluster.yaml:6: limits.unreachableAfter: 20s is not longer than suspectAfter (20s); try 1m',
      'cluster.yaml:7: limits.lostAfter: 10s is not longer than unreachableAfter (20s); try 1m',
    ]);
  });

  test('a loss that does not wait for the self-fence', () => {
    const fault = 'limits.lostAfter: 2m does not exceed the longest selfFence (90s) by more than 30s, so a job could run twice; try 4m';
    expect(faultsOf(withPipeline('train', 'selfFence: 90s', 'limits:\n  lostAfter: 2m').replaceAll('.js"] }', '.js"], selfFence: 10s }'))).toEqual([
      `cluster.yaml:11: ${fault}`,
    ]);
    expect(faultsOf(withPipeline('train', 'selfFence: 90s', 'limits:\n  lostAfter: 121s').replaceAll('.js"] }', '.js"], selfFence: 10s }'))).toEqual(
      [],
    );
  });

  test('silence longer than the whole run', () => {
    expect(faultsOf(withPipeline('train', 'run: 1m, silent: 2m'))).toEqual([
      'cluster.yaml:8: pipelines[0].train.silent: 2m is longer than run (1m); try 1m',
    ]);
  });

  test('labels and slots that no node has', () => {
    expect(faultsOf(withPipeline('train', 'labels: [cpv]'))).toEqual([
      'cluster.yaml:8: pipelines[0].train.labels[0]: no node has label cpv; try cpu, or labels: [cpv] on a node',
    ]);
    expect(faultsOf(withPipeline('train', 'labels: [tpu-v5]'))).toEqual([
      'cluster.yaml:8: pipelines[0].train.labels[0]: no node has label tpu-v5; try labels: [tpu-v5] on a node',
    ]);
    expect(faultsOf(withPipeline('train', 'slots: 3'))).toEqual([
      'cluster.yaml:8: pipelines[0].train.slots: no fitting node has 3 slots (the largest has 2); try 2',
    ]);
    const split = withPipeline('train', 'labels: [cpu, gpu]').replace('\npipelines', '\n  - { id: b, ssh: { host: b }, labels: [gpu] }\npipelines');
    expect(faultsOf(split)).toEqual(['cluster.yaml:9: pipelines[0].train.labels: no node has all of cpu, gpu; try adding them to one node']);
  });

  test('numbers that cannot be meant', () => {
    expect(
      faultsOf(
        withPipeline(
          '',
          '',
          '    games: { perTurn: 10, perItem: 11 }\n    gate:\n      elo0: 10\n      elo1: 10\n      alpha: 0.5\n      beta: 0.5\n      pairsMax: 5\n      pairsPerItem: 6',
        ),
      ),
    ).toEqual([
      'cluster.yaml:10: pipelines[0].games.perItem: 11 is more than perTurn (10); try 10',
      'cluster.yaml:13: pipelines[0].gate.elo1: 10 is not above elo0 (10); try 60',
      'cluster.yaml:14: pipelines[0].gate.alpha: alpha + beta is 1, so the test decides nothing; try 0.05 for both',
      'cluster.yaml:17: pipelines[0].gate.pairsPerItem: 6 is more than pairsMax (5); try 5',
    ]);
  });

  test('more items a turn than one workflow can watch', () => {
    expect(
      faultsOf(
        withPipeline('', '', '    games: { perTurn: 20010, perItem: 10 }\n    gate: { pairsMax: 4002, pairsPerItem: 2 }').replace('elo0', 'elo0'),
      ),
    ).toEqual([
      'cluster.yaml:10: pipelines[0].games.perItem: 10 makes more than 2000 items of 20010 games a turn, and one workflow watches them all; try 11',
      'cluster.yaml:11: pipelines[0].gate.pairsPerItem: 2 makes more than 2000 items of 4002 pairs, and one workflow watches them all; try 3',
    ]);
  });

  test('folders and files that are not there', () => {
    expect(faultsOf(withPipeline().replace('payload: payload', 'payload: payloat'))).toEqual([
      `cluster.yaml:6: pipelines[0].payload: ${join(folder, 'payloat')} is not a folder; try the folder of the payload's programs (built?)`,
    ]);
    expect(faultsOf(withPipeline('train', 'verify: [node, "{payload}/gone.js", "{paylod}"]'))).toEqual([
      `cluster.yaml:8: pipelines[0].train.verify[1]: gone.js is not in ${join(folder, 'payload')}; try building the payload, or another name`,
      'cluster.yaml:8: pipelines[0].train.verify[2]: {paylod} means nothing; try {payload}',
    ]);
    expect(
      faultsOf(
        nodes('{ id: a, ssh: { host: a, identityFile: ./none } }') +
          'datasets:\n  - { id: d, origin: home }\n  - { id: e, origin: home, path: none }\n  - { id: f, origin: node, path: openings }',
      ),
    ).toEqual([
      `cluster.yaml:3: nodes[0].ssh.identityFile: ${join(folder, 'none')} is not a file; try leaving it out, so that ssh chooses`,
      'cluster.yaml:5: datasets[0].path: is missing for origin home; try path: ./folder',
      `cluster.yaml:6: datasets[1].path: ${join(folder, 'none')} is not a folder; try mkdir -p ${join(folder, 'none')}`,
      'cluster.yaml:7: datasets[2].path: means nothing for origin node; try leaving it out',
    ]);
  });

  test('variables that are ours', () => {
    expect(faultsOf(withPipeline('train', 'env: { RINGMASTER_SEED: 1 }'))).toEqual([
      'cluster.yaml:8: pipelines[0].train.env.RINGMASTER_SEED: is set by Ringmaster itself; try another name',
    ]);
  });
});

describe('as an error', () => {
  test('all faults at once, of single keys and between keys, in the order of the file', () => {
    writeFileSync(
      file,
      'cluster: Demo\nstat: x\ntemporal: { port: 8790 }\nnodes:\n  - { id: a, local: true }\n  - { id: a, local: true, slotz: 1 }\n  - { id: c }\n',
    );
    expect(() => loadCluster(file)).toThrow(
      expect.objectContaining({
        code: 'config.invalid',
        message: [
          `Cannot use ${file} because it has 6 faults; try mending all of them (docs/cluster-file.md explains each key):`,
          `  ${file}:1: cluster: "Demo" is not a name (a-z, 0-9 and -, at most 40); try demo`,
          `  ${file}:2: stat: is not a key here; try state`,
          `  ${file}:3: http.port: port 8790 is taken by temporal.port; try another port`,
          `  ${file}:6: nodes[1].slotz: is not a key here; try slots`,
          `  ${file}:6: nodes[1].id: node a is there already (nodes[0].id); try another name`,
          `  ${file}:7: nodes[2]: node c says nowhere where it is; try ssh: { host: … }, local: true or practice: { port: 22101 }`,
        ].join('\n'),
      }) as Error,
    );
  });

  test('a file that is not there', () => {
    expect(() => loadCluster(join(folder, 'none.yaml'))).toThrow(
      /Cannot read the cluster file .*none\.yaml because .* is not there; try examples\/cluster\.demo\.yaml/,
    );
  });
});

test('the state folder is known even when the file is faulty', () => {
  writeFileSync(file, 'cluster: Demo\nstate: ./here\nnodes: 7\n');
  expect(stateFolderOf(file)).toBe(join(folder, 'here'));
  writeFileSync(file, 'cluster: demo\n');
  expect(stateFolderOf(file)).toBe(join(folder, '.state'));
});
