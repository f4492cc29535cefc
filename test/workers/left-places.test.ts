/** A node that left the cluster file keeps its folder only until the purge: `up` remembers the place, and the purge clears it. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { ClusterConfig, NodeConfig, RunningCluster } from '../../src/domain/cluster/cluster.ts';
import type { NodeId } from '../../src/domain/ids.ts';
import { openMachine } from '../../src/transport/open-machine.ts';
import { silentLog } from '../../src/telemetry/log.ts';
import { plannedCluster } from '../../workers/launcher/planned-cluster.ts';
import { purgeNodes } from '../../workers/launcher/purge-nodes.ts';
import { ownerNamed } from '../support/owner-named.ts';

const root = mkdtempSync(join(tmpdir(), 'left-places-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const ssh = (host: string, folder = 'ringmaster/lab'): NodeConfig => ({
  id: host as NodeId,
  worker: 'none',
  slots: 1,
  labels: [],
  folder,
  connect: { type: 'ssh', host },
});
const local = (id: string, folder: string): NodeConfig => ({ ...ssh(id, folder), connect: { type: 'local' } });
const configOf = (...nodes: readonly NodeConfig[]): ClusterConfig =>
  ({ v: 1, cluster: 'lab', state: root, temporal: { namespace: 'lab', uiPort: 1, port: 2 }, nodes, datasets: [], pipelines: [] }) as never;
const choice = { server: 'own', address: '127.0.0.1:2', because: 'of a test' } as never;
const up = (before: RunningCluster | undefined, ...nodes: readonly NodeConfig[]): RunningCluster =>
  plannedCluster(configOf(...nodes), choice, 'cluster.yaml', before);
const leftOf = ({ left = [] }: RunningCluster): readonly string[] => left.map(({ id, folder }) => `${id}:${folder}`);

it('remembers each place that the file no longer names, until the file names it again', () => {
  const first = up(undefined, ssh('a'), ssh('b'));
  expect(leftOf(first)).toEqual([]);
  const second = up(first, ssh('a', 'elsewhere'));
  expect(leftOf(second)).toEqual(['a:ringmaster/lab', 'b:ringmaster/lab']);
  expect(leftOf(up(second, ssh('a', 'elsewhere')))).toEqual(leftOf(second));
  expect(leftOf(up(second, ssh('a', 'elsewhere'), ssh('b')))).toEqual(['a:ringmaster/lab']);
});

it('a new configuration has a number above each kept one, and an unchanged one keeps its number', () => {
  const first = up(undefined, ssh('a'));
  expect(first.configEpoch).toBe(1);
  const kept = (before: RunningCluster | undefined, keptEpoch: number, node = 'b') =>
    plannedCluster(configOf(ssh(node)), choice, 'cluster.yaml', before, keptEpoch).configEpoch;
  expect([kept(undefined, 7), kept(first, 7), kept(first, 0), kept(first, 7, 'a')]).toEqual([8, 8, 2, 1]);
});

it('a purge clears the folders of nodes that left the file', { timeout: 60_000 }, async () => {
  const owner = ownerNamed('lab');
  const [stays, leaves] = [join(root, 'stays'), join(root, 'leaves')];
  for (const folder of [stays, leaves]) await openMachine({ node: 'x' as NodeId, owner, folder, connect: { type: 'local' } }).probe();
  const running = up(up(undefined, local('s', stays), local('l', leaves)), local('s', stays));
  const purged = await purgeNodes(root, running, owner, silentLog());
  expect(purged.map(({ node, type }) => `${node} ${type}`).toSorted()).toEqual(['l cleared', 's cleared']);
  expect([stays, leaves].map((folder) => existsSync(folder))).toEqual([false, false]);
});
