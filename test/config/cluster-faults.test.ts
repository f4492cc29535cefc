/** Tests the faults that concern several keys at once, or a key and the disk. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseCluster } from '../../src/config/load-cluster.ts';
import type { RingmasterError } from '../../src/domain/failure/error.ts';
import { ClusterFolder, withPipeline } from './cluster-folder.ts';
import { followFixes } from './follow-fixes.ts';

const folder = new ClusterFolder();

/** Returns the faults of a cluster file. Each fix of theirs that names a value is followed first. */
const faultsOf = (text: string): readonly string[] => {
  const faults = folder.faultsOf(text);
  followFixes(text, folder.file);
  return faults;
};

describe('faults between keys', () => {
  const nodes = (...lines: readonly string[]): string => `cluster: demo\nnodes:\n${lines.map((line) => `  - ${line}`).join('\n')}\n`;

  test('names that occur twice', () => {
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

  test('a dataset that is kept in step has the origin home, and nodes and labels of the file', () => {
    const datasets = ['{ id: e, origin: node, keep: { to: [gpu] } }', '{ id: g, origin: home, path: openings, keep: { to: [a, gpu, gpus, zz] } }'];
    const file = nodes('{ id: a, local: true, labels: [gpu] }') + `datasets:\n${datasets.map((line) => `  - ${line}`).join('\n')}\n`;
    expect(faultsOf(file).filter((fault) => fault.includes('keep'))).toEqual([
      'cluster.yaml:5: datasets[0].keep: means nothing for origin node; try leaving it out',
      'cluster.yaml:6: datasets[1].keep.to[2]: no node is called gpus or has that label; try gpu',
      'cluster.yaml:6: datasets[1].keep.to[3]: no node is called zz or has that label; try labels: [zz] on a node',
    ]);
    expect(faultsOf(file.replace('id: g,', 'id: ringmaster-ratings,')).join()).toContain('ringmaster-ratings is the dataset of the ratings');
    expect(faultsOf(file.replace('[a, gpu, gpus, zz]', '[]')).join()).toContain('datasets[1].keep.to: names no node; try [gpu]');
  });

  test('bounds of the feedback leave room for a step, and for turns that are possible', () => {
    const feedback = 'feedback: { exploration: { min: 0.2, max: 0.2 }, games: { min: 5, max: 100000 }, intensity: { min: 2, max: 1 } }';
    expect(
      faultsOf(withPipeline('', '', `    games: { perTurn: 100, perItem: 25 }\n    ${feedback}\n`)).map((fault) =>
        fault.replace(/^cluster.yaml:\d+: /, ''),
      ),
    ).toEqual([
      'pipelines[0].feedback.exploration.max: 0.2 is not above min (0.2); try a larger max, or no bounds for a value that stays as it is',
      'pipelines[0].feedback.intensity.max: 1 is not above min (2); try a larger max, or no bounds for a value that stays as it is',
      'pipelines[0].feedback.games.min: 5 is less than the games of one item (25); try 25',
      'pipelines[0].feedback.games.max: 100000 games a turn make more than 2000 items, and one workflow watches them all; try 50000',
    ]);
  });

  test('ports that are used twice', () => {
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

  test('nodes with one folder on one machine', () => {
    const same = (...lines: readonly string[]) => faultsOf(nodes(...lines)).map((fault) => fault.replace(/; try .*/, ''));
    expect(faultsOf(nodes('{ id: a, ssh: { host: gpu } }', '{ id: b, ssh: { host: GPU } }', '{ id: c, ssh: { host: gpu, user: me } }'))).toEqual([
      'cluster.yaml:4: nodes[1]: the folder of node b is on the same machine the folder of nodes[0]; try another folder, such as folder: ringmaster/demo-b',
    ]);
    expect(same('{ id: a, ssh: { host: gpu }, folder: ~/x/ }', '{ id: b, ssh: { host: gpu }, folder: ./x }')).toHaveLength(1);
    expect(same('{ id: a, ssh: { host: gpu }, folder: x }', '{ id: b, ssh: { host: gpu }, folder: x/jobs }')).toEqual([
      'cluster.yaml:4: nodes[1].folder: the folder of node b is on the same machine in the folder of nodes[0]',
    ]);
    expect(same('{ id: a, ssh: { host: gpu }, folder: x }', '{ id: b, ssh: { host: gpu }, folder: xy }', '{ id: c, ssh: { host: gpu } }')).toEqual(
      [],
    );
    expect(same('{ id: a, local: true }', '{ id: b, local: true, folder: nodes/a }')).toHaveLength(1);
    expect(same('{ id: a, local: true, folder: /srv/x }', '{ id: b, local: true, folder: /srv/./x/ }')).toHaveLength(1);
    expect(same('{ id: a, local: true }', '{ id: b, local: true }', '{ id: c, practice: { port: 1 } }', '{ id: d, practice: { port: 2 } }')).toEqual(
      [],
    );
  });

  test('a node without a connection, and one with two', () => {
    expect(faultsOf(nodes('id: a', '{ id: b, local: true, ssh: { host: b } }'))).toEqual([
      'cluster.yaml:3: nodes[0]: node a has none of ssh, local and practice; try ssh: { host: … }, local: true or practice: { port: 22101 }',
      'cluster.yaml:4: nodes[1]: node b has ssh and local; try only one of them',
    ]);
  });

  test('node limits that do not increase', () => {
    expect(faultsOf(nodes('{ id: a, local: true }') + 'limits:\n  suspectAfter: 20s\n  unreachableAfter: 20s\n  lostAfter: 10s')).toEqual([
      'cluster.yaml:6: limits.unreachableAfter: 20s is not longer than suspectAfter (20s); try 1m',
      'cluster.yaml:7: limits.lostAfter: 10s is not longer than unreachableAfter (20s); try 3m',
    ]);
  });

  test('a node that is lost before its jobs fence themselves', () => {
    const fault = 'limits.lostAfter: 2m does not exceed the longest selfFence (2m) by more than 30s, so a job could run twice; try 5m';
    expect(faultsOf(withPipeline('train', 'selfFence: 90s', 'limits:\n  lostAfter: 2m').replaceAll('.js"] }', '.js"], selfFence: 10s }'))).toEqual([
      'cluster.yaml:8: pipelines[0].train.selfFence: 90s plus 30s is not less than limits.lostAfter (2m), so a job could run twice; try 45s, or limits.lostAfter: 4m',
    ]);
    // No stage has the key, so its default is too long for the limit that the file does have.
    expect(faultsOf(withPipeline('', '', 'limits:\n  lostAfter: 2m'))).toEqual([`cluster.yaml:11: ${fault}`]);
    expect(faultsOf(withPipeline('train', 'selfFence: 15m'))).toEqual([
      'cluster.yaml:8: pipelines[0].train.selfFence: 15m plus 30s is not less than limits.lostAfter (10m), so a job could run twice; try 4m, or limits.lostAfter: 31m',
    ]);
    expect(faultsOf(withPipeline('train', 'selfFence: 90s', 'limits:\n  lostAfter: 121s').replaceAll('.js"] }', '.js"], selfFence: 10s }'))).toEqual(
      [],
    );
  });

  test('a silence limit that is longer than the run limit', () => {
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
    expect(faultsOf(withPipeline('train', 'labels: [cpv], slots: 3'))).toEqual([
      'cluster.yaml:8: pipelines[0].train.labels[0]: no node has label cpv; try cpu, or labels: [cpv] on a node',
      'cluster.yaml:8: pipelines[0].train.slots: no fitting node has 3 slots (the largest has 2); try 2',
    ]);
    const split = withPipeline('train', 'labels: [cpu, gpu]').replace('\npipelines', '\n  - { id: b, ssh: { host: b }, labels: [gpu] }\npipelines');
    expect(faultsOf(split)).toEqual(['cluster.yaml:9: pipelines[0].train.labels: no node has all of cpu, gpu; try adding them to one node']);
  });

  test('numbers that contradict each other', () => {
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

  test('fewer openings than a match has pairs', () => {
    expect(faultsOf(withPipeline('', '', '    gate: { pairsMax: 200, openings: 100 }'))).toEqual([
      'cluster.yaml:10: pipelines[0].gate.openings: 100 openings are fewer than pairsMax (200), so a match would run out of openings; try pairsMax: 100, or more openings in the payload',
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

  test('sizes that add up to more than an item, a history or a payload holds, with a code of their own', () => {
    const long = `[true, ${'x'.repeat(14_000)}]`;
    expect(faultsOf(withPipeline('train', `env: { A: ${'x'.repeat(15_000)} }`))).toEqual([
      expect.stringMatching(
        /^cluster.yaml:8: pipelines\[0\].train.env: command, verify, env and labels make items of \d+ bytes and 16384 are allowed; try /,
      ),
    ]);
    expect(
      faultsOf(withPipeline('', '', '    gate: { pairsMax: 4000, pairsPerItem: 2 }').replace(/evaluate: .*/, `evaluate: { command: ${long} }`)),
    ).toEqual([expect.stringMatching(/^cluster.yaml:10: pipelines\[0\].gate.pairsPerItem: 2000 items of \d+ bytes are more than .*; try 4$/)]);
    const many = (count: number, more: string): string =>
      nodes(...Array.from({ length: count }, (_, k) => `{ id: n${k}, ssh: { host: h${k} }, ${more} }`));
    expect(faultsOf(many(6, 'slots: 1024'))).toEqual([
      'cluster.yaml:2: nodes: all nodes together have 6144 slots and 6000 are allowed; try fewer slots a node',
    ]);
    const labels = Array.from({ length: 64 }, (_, k) => `${k}${'l'.repeat(60)}`).join(', ');
    expect(faultsOf(many(70, `labels: [${labels}]`))).toEqual([expect.stringMatching(/^cluster.yaml:2: nodes: the labels of all nodes together/)]);
    expect(faultsOf(withPipeline('', '', '    gate: { pairsMax: 30000, pairsPerItem: 5000 }'))).toEqual([
      'cluster.yaml:10: pipelines[0].gate.pairsMax: 30000 is more than 20000; try 20000',
      'cluster.yaml:10: pipelines[0].gate.pairsPerItem: 5000 is more than 1000; try 1000',
    ]);
    const refused = (text: string): unknown => {
      try {
        return parseCluster(text, folder.file);
      } catch (error) {
        return (error as RingmasterError).code;
      }
    };
    expect(refused(many(6, 'slots: 1024'))).toBe('limits.setting-too-large');
    expect(refused(withPipeline('', '', '    gate: { pairsPerItem: 5000 }'))).toBe('limits.setting-too-large');
    expect(refused(withPipeline('', '', '    gate: { pairsPerItem: 5000, elo0: 60 }'))).toBe('config.invalid');
  });

  test('folders and files that are not there', () => {
    expect(faultsOf(withPipeline().replace('payload: payload', 'payload: payloat'))).toEqual([
      `cluster.yaml:6: pipelines[0].payload: ${join(folder.path, 'payloat')} is not a folder; try the folder of the payload's programs (built?)`,
    ]);
    expect(faultsOf(withPipeline('train', 'verify: [node, "{payload}/gone.js", "{paylod}"]'))).toEqual([
      `cluster.yaml:8: pipelines[0].train.verify[1]: gone.js is not in ${join(folder.path, 'payload')}; try building the payload, or another name`,
      'cluster.yaml:8: pipelines[0].train.verify[2]: {paylod} means nothing; try {payload}',
    ]);
    expect(
      faultsOf(
        nodes('{ id: a, ssh: { host: a, identityFile: ./none } }') +
          'datasets:\n  - { id: d, origin: home }\n  - { id: e, origin: home, path: none }\n  - { id: f, origin: node, path: openings }',
      ),
    ).toEqual([
      `cluster.yaml:3: nodes[0].ssh.identityFile: ${join(folder.path, 'none')} is not a file; try leaving it out, so that ssh chooses`,
      'cluster.yaml:5: datasets[0].path: is missing for origin home; try path: ./folder',
      `cluster.yaml:6: datasets[1].path: ${join(folder.path, 'none')} is not a folder; try mkdir -p ${join(folder.path, 'none')}`,
      'cluster.yaml:7: datasets[2].path: means nothing for origin node; try leaving it out',
    ]);
  });

  test('variables that Ringmaster sets itself', () => {
    expect(faultsOf(withPipeline('train', 'env: { RINGMASTER_SEED: 1 }'))).toEqual([
      'cluster.yaml:8: pipelines[0].train.env.RINGMASTER_SEED: is set by Ringmaster itself; try another name',
    ]);
  });
});
