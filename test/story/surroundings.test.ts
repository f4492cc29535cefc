/**
 * A cluster runs on a machine whose environment names proxies: nothing of its own server and its own HTTP goes through them. Its file, its state and the
 * keys of its practice node lie at a path with a blank and other letters that a shell would read.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { allPids, commandOf } from '../../src/process/proc.ts';
import { repository } from '../support/repository.ts';
import { type LiveCluster, makeCluster } from '../support/live-cluster.ts';
import { awkwardName } from '../support/awkward-words.ts';
import { freePorts } from '../support/free-ports.ts';
import { type MuteProxy, startMuteProxy } from '../support/mute-proxy.ts';

const names = ['http_proxy', 'https_proxy', 'grpc_proxy', 'all_proxy'].flatMap((name) => [name, name.toUpperCase()]);
/** Node 24 and newer take the proxies for HTTP only with this variable. */
const variables = (proxy: string): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(names.map((name) => [name, proxy])),
  NODE_USE_ENV_PROXY: '1',
});

let cluster: LiveCluster;
let proxy: MuteProxy;

beforeAll(async () => {
  proxy = await startMuteProxy();
  const [port] = await freePorts(1);
  const env = variables(`http://${proxy.address}`);
  cluster = await makeCluster({ env, folderName: awkwardName, nodes: [{ id: 'a', practice: { port }, slots: 2, worker: 'resident' }] });
}, 60_000);
afterAll(async () => {
  await cluster.destroy();
  proxy.close();
}, 120_000);

it('up, a job, status and the Temporal CLI work, and no connection reaches the proxy', { timeout: 180_000 }, async () => {
  await cluster.up();
  await cluster.until('the worker of the node works', 60, (status) =>
    status.nodes.some((node) => node.state === 'alive' && node.route === 'resident') ? status : undefined,
  );
  await cluster.add({ id: 'one.1', kind: 'command', command: ['sh', '-c', `echo '{"v":1,"files":[],"result":{}}' >output/manifest.json`] });
  await cluster.until('the item is completed', 60, async () => (await cluster.item('one.1'))?.item.state === 'completed');
  expect(await cluster.cli('status')).toMatchObject({ code: 0 });
  expect(await cluster.cli('temporal', 'workflow', 'list', '--limit', '1')).toMatchObject({ code: 0 });
  expect(proxy.asked).toEqual([]);
  expect(existsSync(join(cluster.state, 'temporal.db')), 'the database of the server lies in the state folder').toBe(true);
});

it('each process of the cluster runs from its bundle', () => {
  const programs = allPids()
    .map(commandOf)
    .filter((words) => words.includes(cluster.state))
    .flatMap((words) => words.filter((word) => word.endsWith('/main.js')));
  const bundled = ['control', 'gateway', 'launcher', 'ledger'].map((name) => join(repository, 'dist/bundle/workers', name, 'main.js'));
  expect(programs.toSorted(), 'else the bundles are stale: node scripts/build.mjs').toEqual(bundled);
});
