/** Faults of `daemons` in the cluster file: each has its line and a remedy. */
import { describe, expect, it, test } from 'vitest';
import { parseCluster } from '../../src/config/load-cluster.ts';
import { declaredDaemons } from '../../src/domain/daemon/command.ts';
import { ClusterFolder } from './cluster-folder.ts';

const folder = new ClusterFolder();

const head = 'cluster: demo\nnodes: [{ id: a, local: true, labels: [gpu] }, { id: b, ssh: { host: b }, labels: [gpu, big] }]\ndaemons:\n';
const of = (entry: string): string => `${head}  - { id: web, command: [serve], ${entry} }`;

describe('a fault of a daemon has a line and a remedy', () => {
  it.each([
    [of('env: {}'), 'cluster.yaml:4: daemons[0]: daemon web has neither a node nor labels; try node: a'],
    [of('node: a, labels: [gpu]'), 'cluster.yaml:4: daemons[0].labels: daemon web has a node and labels; try only one of them'],
    [of('node: c'), 'cluster.yaml:4: daemons[0].node: no node is called c; try a'],
    [of('labels: [gpus]'), 'cluster.yaml:4: daemons[0].labels[0]: no node has label gpus; try gpu, or labels: [gpus] on a node'],
    [of('node: a, needs: [database]'), 'cluster.yaml:4: daemons[0].needs[0]: no daemon of this file is called database; try leaving it out'],
    [
      of('node: a, needs: [web]'),
      'cluster.yaml:4: daemons[0].needs[0]: the daemons web → web need each other in a circle; try leaving one of them out',
    ],
    [
      of('node: a, stopSignal: TERMINATE'),
      'cluster.yaml:4: daemons[0].stopSignal: must be TERM or INT or HUP or QUIT or USR1 or USR2 or KILL, not "TERMINATE"; try TERM',
    ],
    [of('node: a, restart: sometimes'), 'cluster.yaml:4: daemons[0].restart: must be always or on-failure or never, not "sometimes"; try always'],
    [of('node: a, health: { every: 10s }'), 'cluster.yaml:4: daemons[0].health: asks nothing; try command, http or file'],
    [of('node: a, health: { file: beat, http: http://127.0.0.1/ }'), 'cluster.yaml:4: daemons[0].health: has http and file; try only one of them'],
    [
      of('node: a, health: { http: localhost }'),
      'cluster.yaml:4: daemons[0].health.http: "localhost" is not an address of HTTP; try http://127.0.0.1:6006/',
    ],
    [of('node: a, health: { command: [ok], fresh: 1s }'), 'cluster.yaml:4: daemons[0].health.fresh: is only for a file; try leaving it out'],
    [
      of('node: a, health: { file: beat, every: 1s }'),
      'cluster.yaml:4: daemons[0].health.within: is longer than every, so checks would overlap; try no more than every',
    ],
    [of('node: a, env: { RINGMASTER_SEED: 1 }'), 'cluster.yaml:4: daemons[0].env.RINGMASTER_SEED: is set by Ringmaster itself; try another name'],
    [
      `${head}  - { id: EVENT_ROUTER, command: [serve], node: a }`,
      'cluster.yaml:4: daemons[0].id: "EVENT_ROUTER" is not a name (a-z, 0-9 and -, at most 40); try event-router',
    ],
    [
      `${of('node: a')}\npipelines: [{ name: daemon, payload: payload, selfPlay: { command: [p] }, train: { command: [t] }, evaluate: { command: [e] } }]`,
      'cluster.yaml:5: pipelines[0].name: the items of a pipeline called daemon would have the ids of daemons; try another name',
    ],
    [
      `${of('node: a')}\n  - { id: web, command: [serve], node: b }`,
      'cluster.yaml:5: daemons[1].id: daemon web is there already (daemons[0].id); try another name',
    ],
  ])('%j', (text, fault) => {
    expect(folder.faultsOf(text)).toEqual([fault]);
  });
});

test('a circle of needs is named once, in full', () => {
  const text = `${head}  - { id: a1, command: [x], node: a, needs: [b1] }\n  - { id: b1, command: [x], node: a, needs: [c1] }\n  - { id: c1, command: [x], node: a, needs: [a1] }`;
  expect(folder.faultsOf(text)).toEqual([
    'cluster.yaml:4: daemons[0].needs[0]: the daemons a1 → b1 → c1 → a1 need each other in a circle; try leaving one of them out',
  ]);
});

test('a daemon with labels is one daemon for each node that has them, and needs the daemon of the same node', () => {
  const text = `${head}  - { id: db, command: [db], labels: [gpu] }\n  - { id: web, command: [web], labels: [gpu, big], needs: [db] }\n  - { id: all, command: [x], node: a, needs: [db] }`;
  const declared = declaredDaemons(parseCluster(text, folder.file));
  expect(declared.map(({ row }) => [row.id, row.process?.node, row.dependencies])).toEqual([
    ['db/a', 'a', []],
    ['db/b', 'b', []],
    ['web/b', 'b', ['db/b']],
    ['all', 'a', ['db/a']],
  ]);
  expect(declared.map(({ process }) => process.spec.id)).toEqual(['daemon.db.a', 'daemon.db.b', 'daemon.web.b', 'daemon.all']);
});

test('the digest of a daemon changes with its entry, and not with what it needs', () => {
  const digestOf = (entry: string): string | undefined =>
    parseCluster(`${of(entry)}\n  - { id: db, command: [db], node: a }`, folder.file).daemons?.[0]?.digest;
  const plain = digestOf('node: a');
  expect(digestOf('node: a, needs: [db]')).toBe(plain);
  for (const other of ['node: b', 'node: a, restart: never', 'node: a, env: { A: 1 }', 'node: a, stopGrace: 1s'])
    expect(digestOf(other)).not.toBe(plain);
});
