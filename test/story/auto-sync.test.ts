/** AUTO_SYNC on a real cluster: a dataset with `keep` follows its folder at home, on the nodes that the cluster file names. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type LiveCluster, makeCluster } from '../support/live-cluster.ts';

const openings = mkdtempSync(join(tmpdir(), 'rm-openings-'));
const write = (text: string): void => writeFileSync(join(openings, 'book'), text);
let cluster: LiveCluster;
beforeAll(async () => {
  write('one');
  // The label is on the nodes b and c.
  cluster = await makeCluster({ datasets: [{ id: 'openings', origin: 'home', path: openings, keep: { to: ['agentless'] } }] });
  await cluster.up();
});
afterAll(async () => {
  await (cluster as LiveCluster | undefined)?.destroy();
  rmSync(openings, { recursive: true, force: true });
});

const copyOn = (node: string): string => join(cluster.nodeFolder(node), 'replicas/openings/current/book');
const textOn = (node: string): string | undefined => (existsSync(copyOn(node)) ? readFileSync(copyOn(node), 'utf8') : undefined);
const has = (node: string, text: string): Promise<true> => cluster.until(`${node} has ${text}`, 90, () => textOn(node) === text || undefined);
const explained = async (): Promise<string> => (await cluster.cli('explain', 'openings/c')).stdout;

it('the nodes of the label get the dataset without being asked, and no other node does', async () => {
  await Promise.all([has('b', 'one'), has('c', 'one')]);
  expect(textOn('a')).toBeUndefined();
  expect((await cluster.cli('event', 'list', '--type', 'DATA_SYNC_COMPLETED')).stdout).toMatch(/openings/);
});

it('a file that changes at home reaches the nodes, and a node that was away gets it when it comes back', async () => {
  const back = await cluster.cutOff('c');
  await cluster.until('c is unreachable', 60, ({ nodes }) => nodes.some(({ node, state }) => node === 'c' && state === 'unreachable'));
  write('two, which is longer');
  await has('b', 'two, which is longer');
  expect(textOn('c')).toBe('one');
  await cluster.until('explain names the reason', 60, async () => (await explained()).includes('the copy is behind: c is unreachable'));
  back();
  await has('c', 'two, which is longer');
});

it('while AUTO_SYNC is stopped nothing is copied, and everything else runs; after its start the copies follow', async () => {
  await cluster.cli('daemon', 'stop', 'AUTO_SYNC', '--reason', 'a busy line');
  await cluster.until('it is stopped', 60, ({ daemons }) => daemons.some(({ id, state }) => id === 'AUTO_SYNC' && state === 'stopped'));
  write('three');
  expect((await cluster.status()).daemons.filter(({ state }) => state !== 'running').map(({ id }) => id)).toEqual(['AUTO_SYNC']);
  expect(textOn('b')).toBe('two, which is longer');
  await cluster.cli('daemon', 'start', 'AUTO_SYNC');
  await Promise.all([has('b', 'three'), has('c', 'three')]);
});
