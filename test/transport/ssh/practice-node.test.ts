/**
 * Practice nodes make users and folders on the developer's machine. The nodes must not touch anything that belongs to others, and must remove what
 * they made.
 */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { preparePracticeNode, removePracticeNode } from '../../../src/practice/practice-node.ts';
import { freePort } from '../../support/free-ports.ts';
import { ownTemporaryFolder, PracticeHost } from '../../support/practice-node.ts';
import { isRoot, refusedWithoutRoot } from '../../support/root.ts';
import { coded } from '../conformance/machine-harness.ts';
import { sha256 } from '../../support/sha256.ts';

const folder = ownTemporaryFolder();
const hasUser = (name: string): boolean =>
  readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .some((line) => line.startsWith(`${name}:`));
const newName = (): string => `rmt-${randomBytes(4).toString('hex')}`;

refusedWithoutRoot('a user of that name');

test.runIf(isRoot)('a user of that name that we did not make is refused and not removed', { timeout: 60_000 }, async () => {
  const userName = newName();
  execFileSync('useradd', ['--system', '--no-create-home', '--home-dir', '/nonexistent', userName]);
  try {
    const request = { id: 'a', root: folder, address: '127.0.0.1', port: await freePort(), userName };
    await expect(preparePracticeNode(request)).rejects.toEqual(coded('config.invalid'));
    await removePracticeNode(request);
    expect(hasUser(userName)).toBe(true);
  } finally {
    execFileSync('userdel', [userName]);
  }
});

test('preparing a node twice gives the same node', { timeout: 60_000 }, async () => {
  const request = { id: 'b', root: folder, address: '127.0.0.1', port: await freePort(), userName: newName() };
  const first = await preparePracticeNode(request);
  const keys = () => [first.identityFile, first.knownHostsFile].map((path) => readFileSync(path, 'utf8'));
  const before = keys();
  expect(await preparePracticeNode(request)).toEqual(first);
  expect(keys()).toEqual(before);
  expect(statSync(first.home).mode & 0o777).toBe(0o700);
  await removePracticeNode(request);
  await removePracticeNode(request);
  expect([first.home, first.identityFile].filter((path) => existsSync(path))).toEqual([]);
  expect(hasUser(request.userName)).toBe(false);
});

test('a node below a folder that its user cannot enter works, and leaves nothing', { timeout: 60_000 }, async () => {
  const closed = mkdtempSync(join(tmpdir(), 'closed-'));
  const host = await PracticeHost.start('c', closed);
  expect(await host.machine().run({ argv: ['node', '-p', '6*7'], timeoutMs: 20_000 })).toMatchObject({ stdout: '42\n' });
  expect(await host.remove()).toEqual([]);
  const homes = join('/var/lib/ringmaster-practice', sha256(closed).slice(0, 12));
  expect(existsSync(homes)).toBe(false);
});
