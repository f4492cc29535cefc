import { expect, test } from 'vitest';
import { parseCluster } from '../../../src/config/load-cluster.ts';
import type { RunningCluster } from '../../../src/domain/cluster/cluster.ts';
import { replacedWorkers } from '../../../src/domain/node/worker-form.ts';
import { ownerNamed } from '../../support/owner-named.ts';

const owner = ownerNamed('lab');
const entries = {
  far: '{ id: far, ssh: { host: far.example.org }, worker: resident }',
  here: '{ id: here, practice: { port: 22101 }, worker: resident }',
  bare: '{ id: bare, ssh: { host: bare.example.org } }',
};
const cluster = (nodes: Partial<typeof entries> = {}, keys = '', port = 7233): RunningCluster => {
  const file = `cluster: lab\ntemporal: { requireKey: true }\n${keys}\nnodes:\n${Object.values({ ...entries, ...nodes })
    .map((entry) => `  - ${entry}\n`)
    .join('')}`;
  return {
    config: parseCluster(file, '/lab/cluster.yaml'),
    configEpoch: 1,
    temporalAddress: `127.0.0.1:${port}`,
    temporalEmbedded: true,
    source: 'cluster.yaml',
  };
};
const replaced = (after: RunningCluster): readonly string[] => replacedWorkers(cluster(), after, owner);

test.each<readonly [string, RunningCluster, readonly string[]]>([
  ['nothing changes', cluster(), []],
  ['an address of the server for one node', cluster({ far: entries.far.replace('worker', 'reachableAs: home.example.org:7233, worker') }), ['far']],
  ['another Node.js for one node', cluster({ far: entries.far.replace('worker', 'nodeProgram: /opt/node/bin/node, worker') }), ['far']],
  ['a tunnel leads to another port, and a worker here dials it', cluster({}, '', 7234), ['here']],
  ['other limits of the logs', cluster({}, 'logs: { stdout: 1MiB }'), ['far', 'here']],
  ['another number of slots and another host of the same node', cluster({ far: entries.far.replace('far.example', 'new.example') }), []],
  ['a worker that is new', cluster({ bare: '{ id: bare, ssh: { host: bare.example.org }, worker: resident }' }), []],
  ['a worker that is no longer wanted', cluster({ far: '{ id: far, ssh: { host: far.example.org } }' }), []],
])('%s: the workers that are replaced', (_, after, nodes) => {
  expect(replaced(after)).toEqual(nodes);
});
