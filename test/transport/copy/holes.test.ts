/** A file with holes takes as little space where it arrives as where it was. */
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { copyTree } from '../../../src/transport/copy/tree/copy-tree.ts';
import { readTree } from '../../../src/transport/copy/tree-manifest.ts';
import { ownTemporaryFolder, PracticeHost } from '../../support/practice-node.ts';
import { failureOf } from './copy-harness.ts';
import { nodeKinds } from './node-kinds.ts';

vi.setConfig({ testTimeout: 60_000 });
const temporary = ownTemporaryFolder();
const hosts: PracticeHost[] = [];
afterAll(async () => {
  for (const host of hosts) await host.closeMachines();
  for (const host of hosts) expect(await host.remove()).toEqual([]);
}, 60_000);

const start = async (kind: keyof typeof nodeKinds) => {
  const bin = nodeKinds[kind]();
  const host = await PracticeHost.start(`h${kind.slice(0, 1)}`, temporary, { path: bin });
  hosts.push(host);
  return { machine: host.machine(), bin, onNode: (path: string): string => join(host.node.folder, path) };
};
const newFolder = (): string => mkdtempSync(join(tmpdir(), 'holes-'));

/** Makes a tree with a file of 32 MiB of which only the last bytes are written. */
const withHole = (text: string): string => {
  const at = newFolder();
  writeFileSync(join(at, 'image'), '');
  truncateSync(join(at, 'image'), 2 ** 25);
  appendFileSync(join(at, 'image'), text);
  return at;
};
const blocksOf = (at: string): number => statSync(at).blocks;
const fewBlocks = 2 ** 10;

test.each(['rsync', 'tar'] as const)('by %s the hole of a file stays a hole on a node, and at home', async (method) => {
  const { machine, onNode } = await start(method);
  const sent = await machine.copy({ type: 'push-tree', dataset: 'holes', from: withHole('end') });
  expect(sent).toMatchObject({ changed: true, method });
  expect(blocksOf(onNode('replicas/holes/current/image'))).toBeLessThan(fewBlocks);
  await machine.run({ argv: ['sh', '-c', 'mkdir -p datasets && cp -a --sparse=always replicas/holes/current/ datasets/holes'], timeoutMs: 60_000 });
  const to = newFolder();
  expect(await machine.copy({ type: 'pull-tree', dataset: 'holes', to })).toMatchObject({ digest: sent.digest, changed: true, method });
  expect(blocksOf(join(to, 'current/image'))).toBeLessThan(fewBlocks);
});

test('the hole of a file stays a hole in a snapshot', async () => {
  const from = withHole('end');
  const { entries } = await readTree(from);
  const to = join(newFolder(), 'copy');
  await copyTree(from, to, entries);
  expect(blocksOf(join(to, 'image'))).toBeLessThan(fewBlocks);
  expect(readFileSync(join(to, 'image')).equals(readFileSync(join(from, 'image')))).toBe(true);
});

test('a file whose holes do not fit on the node as zeros is refused by name, and each fix works', async () => {
  const { machine, onNode, bin = '' } = await start('busybox tar');
  const replace = (name: string, by: string): void => {
    rmSync(join(bin, name), { force: true });
    if (by.startsWith('#!')) writeFileSync(join(bin, name), by, { mode: 0o755 });
    else if (by !== '') symlinkSync(by, join(bin, name));
  };
  const [df, tar] = [readlinkSync(join(bin, 'df')), readlinkSync(join(bin, 'tar'))];
  const push = (tree: string) => machine.copy({ type: 'push-tree', dataset: 'full', from: tree });
  replace('df', "#!/bin/sh\nprintf 'Filesystem 1024-blocks Used Available Capacity Mounted on\\n/dev/small 100 90 10 90%% /\\n'\n");
  const tree = withHole('0');
  const failure = await failureOf(push(tree));
  expect(failure).toMatchObject({ code: 'sync.disk-full' });
  expect(failure.message).toMatch(/because image has holes, .* so the folder takes 33554433 bytes and 10240 are free$/);
  expect(failure.hint?.say).toBe('installing rsync or GNU tar on both machines, or freeing space there');
  expect(existsSync(onNode('replicas/full/current'))).toBe(false);
  replace('rsync', '/usr/bin/rsync');
  expect(await push(tree)).toMatchObject({ changed: true, method: 'rsync' });
  replace('rsync', '');
  const second = withHole('1');
  expect(await failureOf(push(second))).toMatchObject({ code: 'sync.disk-full' });
  replace('tar', '/usr/bin/tar');
  expect(await push(second)).toMatchObject({ changed: true, method: 'tar' });
  expect(blocksOf(onNode('replicas/full/current/image'))).toBeLessThan(fewBlocks);
  replace('tar', tar);
  replace('df', df);
  expect(await push(withHole('2'))).toMatchObject({ changed: true, method: 'tar' });
});
