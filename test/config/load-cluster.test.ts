import { writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadCluster, parseCluster } from '../../src/config/load-cluster.ts';
import { stateFolderOf } from '../../src/config/state-folder.ts';
import { ClusterFolder, withPipeline } from './cluster-folder.ts';
import { sentenceThrownBy } from '../support/sentence-thrown-by.ts';

const folder = new ClusterFolder();

describe('a good file', () => {
  test('the smallest file gets every default', () => {
    expect(parseCluster('cluster: demo\nnodes: [{ id: here, local: true }]\n', folder.file)).toEqual({
      v: 1,
      cluster: 'demo',
      state: join(folder.path, '.state'),
      temporal: { port: 7233, uiPort: 8233, metricsPort: 7235, namespace: 'default', retentionHours: 168 },
      http: { host: '127.0.0.1', port: 8790 },
      nodeLimits: { suspectAfterSeconds: 5, unreachableAfterSeconds: 15, lostAfterSeconds: 600 },
      sweepIntervalMs: 2_000,
      watchIntervalMs: 1_000,
      backups: { everyMs: 3_600_000, keep: 24 },
      events: { ageMs: 90 * 86_400_000, eventsMax: 500_000 },
      retention: { filesMs: 14 * 86_400_000, champions: 10, itemsMs: 30 * 86_400_000, gamesMs: 90 * 86_400_000 },
      logs: { stdoutBytesMax: 67_108_864, stderrBytesMax: 67_108_864, homeBytesMax: 4_096 },
      nodes: [{ id: 'here', worker: 'none', slots: 1, labels: [], folder: join(folder.path, '.state/nodes/here'), connect: { type: 'local' } }],
      datasets: [],
      pipelines: [],
    });
  });

  test('paths are relative to the file, ~ is our home folder, and values that ssh decides are absent', () => {
    writeFileSync(join(folder.path, 'key'), '');
    const config = parseCluster(
      `cluster: demo
state: ~/rm-state
nodes:
  - { id: far, ssh: { host: far.example.org, identityFile: key }, folder: /data/rm }
  - { id: p, practice: { port: 22101 }, worker: resident }
datasets: [{ id: openings, origin: home, path: openings }, { id: games, origin: node }]`,
      folder.file,
    );
    expect(config.state).toBe(join(homedir(), 'rm-state'));
    expect(config.nodes[0]).toMatchObject({
      folder: '/data/rm',
      connect: { type: 'ssh', host: 'far.example.org', identityFile: join(folder.path, 'key') },
    });
    expect(config.nodes[0]?.connect).not.toHaveProperty('port');
    expect(config.nodes[1]).toMatchObject({
      worker: 'resident',
      folder: 'ringmaster/demo',
      practice: { port: 22101 },
      connect: { type: 'ssh', host: '127.0.0.1', port: 22101 },
    });
    expect(config.datasets).toEqual([
      { id: 'openings', origin: 'home', path: join(folder.path, 'openings') },
      { id: 'games', origin: 'node' },
    ]);
  });

  test('durations become seconds, and numbers in commands and variables become text', () => {
    const [pipeline] = parseCluster(
      withPipeline(
        'train',
        'run: 1h, silent: 1.5m, selfFence: none, attempts: 5, labels: [cpu], slots: 2, env: { THREADS: 2, DEBUG: true }, verify: [node, "{payload}/run.js", 7]',
      ),
      folder.file,
    ).pipelines;
    expect(pipeline).toMatchObject({
      name: 'cf',
      payload: join(folder.path, 'payload'),
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

  test('anchors and merge keys work', () => {
    const config = parseCluster(
      'cluster: demo\nnodes:\n  - &one { id: a, ssh: { host: a }, slots: 4 }\n  - { <<: *one, id: b, folder: b }\n',
      folder.file,
    );
    expect(config.nodes.map(({ id, slots }) => [id, slots])).toEqual([
      ['a', 4],
      ['b', 4],
    ]);
  });
});

describe('the error of a file with faults', () => {
  test('lists all faults at once, of single keys and between keys, in the order of the file', () => {
    writeFileSync(
      folder.file,
      'cluster: Demo\nstat: x\ntemporal: { port: 8790 }\nnodes:\n  - { id: a, local: true }\n  - { id: a, local: true, slotz: 1 }\n  - { id: c }\n',
    );
    expect(() => loadCluster(folder.file)).toThrow(expect.objectContaining({ code: 'config.invalid' }) as Error);
    expect(sentenceThrownBy(() => loadCluster(folder.file))).toBe(
      [
        `Cannot use ${folder.file} because it has 6 faults; try mending all of them (docs/cluster-file.md explains each key):`,
        `  ${folder.file}:1: cluster: "Demo" is not a name (a-z, 0-9 and -, at most 40); try demo`,
        `  ${folder.file}:2: stat: is not a key here; try state`,
        `  ${folder.file}:3: http.port: port 8790 is taken by temporal.port; try another port`,
        `  ${folder.file}:6: nodes[1].slotz: is not a key here; try slots`,
        `  ${folder.file}:6: nodes[1].id: node a is there already (nodes[0].id); try another name`,
        `  ${folder.file}:7: nodes[2]: node c has none of ssh, local and practice; try ssh: { host: … }, local: true or practice: { port: 22101 }`,
      ].join('\n'),
    );
  });

  test('says that the file is not there', () => {
    expect(sentenceThrownBy(() => loadCluster(join(folder.path, 'none.yaml')))).toMatch(
      /Cannot read the cluster file .*none\.yaml because .* is not there; try examples\/cluster\.demo\.yaml/,
    );
  });
});

test('the state folder is found even when the file has faults', () => {
  writeFileSync(folder.file, 'cluster: Demo\nstate: ./here\nnodes: 7\n');
  expect(stateFolderOf(folder.file)).toBe(join(folder.path, 'here'));
  writeFileSync(folder.file, 'cluster: demo\n');
  expect(stateFolderOf(folder.file)).toBe(join(folder.path, '.state'));
});
