/** A payload owns the home of its practice node and can put links there. The launcher, which can be root, prepares the node again at each start. */
import { existsSync, linkSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { preparePracticeNode } from '../../src/practice/practice-node.ts';
import { nodeProgramFolder } from '../../src/practice/practice-homes.ts';
import { ownTemporaryFolder, PracticeHost } from '../support/practice-node.ts';
import { isRoot, refusedWithoutRoot } from '../support/root.ts';

const folder = ownTemporaryFolder();
let host: PracticeHost;
beforeAll(async () => (host = await PracticeHost.start('links', folder)), 60_000);
afterAll(async () => expect(await host.remove()).toEqual([]), 60_000);

const victim = (): string => {
  const file = join(mkdtempSync(join(folder, 'victim-')), 'file');
  writeFileSync(file, 'theirs\n', { mode: 0o600 });
  return file;
};
const prepareAgain = () => preparePracticeNode({ id: 'links', root: folder, address: host.node.host, port: host.node.port, userName: host.cluster });
const answer = async (): Promise<string> => (await host.machine().run({ argv: ['printf', 'here'], timeoutMs: 20_000 })).stdout;

test('a link in place of the keys in the home is not written through, and the login works', { timeout: 60_000 }, async () => {
  const file = victim();
  const keys = join(host.node.home, '.ssh', 'authorized_keys');
  mkdirSync(join(host.node.home, '.ssh'), { recursive: true });
  rmSync(keys, { force: true });
  symlinkSync(file, keys);
  await prepareAgain();
  expect(readFileSync(file, 'utf8')).toBe('theirs\n');
  expect(await answer()).toBe('here');
});

test('a link in place of the folder of the keys in the home is not followed', { timeout: 60_000 }, async () => {
  const file = victim();
  rmSync(join(host.node.home, '.ssh'), { recursive: true, force: true });
  symlinkSync(join(file, '..'), join(host.node.home, '.ssh'));
  await prepareAgain();
  expect(existsSync(join(file, '..', 'authorized_keys'))).toBe(false);
});

refusedWithoutRoot('what root does in the home of a practice user');

test.runIf(isRoot)('the keys of the login belong to root, and the node cannot change them', { timeout: 60_000 }, async () => {
  const { authorizedKeys } = host.node;
  const before = readFileSync(authorizedKeys, 'utf8');
  expect(lstatSync(authorizedKeys).uid).toBe(0);
  for (const script of ['echo >> "$0"', 'rm -f "$0"', 'mv "$0" "$0.old"', 'ln -s /etc/passwd "$0.new"']) {
    const { code } = await host.machine().run({ argv: ['sh', '-c', script, authorizedKeys], timeoutMs: 20_000 });
    expect([script, code]).not.toEqual([script, 0]);
  }
  expect(readFileSync(authorizedKeys, 'utf8')).toBe(before);
});

test.runIf(isRoot)('a file of root that has a second name in the home keeps its owner', { timeout: 60_000 }, async () => {
  const file = victim();
  linkSync(file, join(host.node.home, 'second-name'));
  await prepareAgain();
  expect(statSync(file).uid).toBe(0);
  expect(statSync(host.node.home).uid).not.toBe(0);
});

test.runIf(isRoot)('the folder of programs that root fills is the home of no node', () => {
  const { execPath } = process;
  const homes = mkdtempSync(join(folder, 'homes-'));
  // A program that the users of the nodes cannot reach makes root copy it.
  const closed = mkdtempSync(join(folder, 'closed-'));
  try {
    process.execPath = join(closed, 'node');
    writeFileSync(process.execPath, 'program');
    const programs = nodeProgramFolder(homes);
    expect(programs).toBe(join(homes, '.bin'));
    expect(readFileSync(join(programs, 'node'), 'utf8')).toBe('program');
  } finally {
    process.execPath = execPath;
  }
});
