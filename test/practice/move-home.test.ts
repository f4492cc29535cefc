/**
 * An older release had the homes of practice nodes in the state folder. A home can move to another file system, where `mv` copies it as root, and no
 * program of the node may change it meanwhile. `usermod` refuses a user whose processes run.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ensureUser, moveHome, removeUser } from '../../src/practice/practice-user.ts';
import { identify } from '../../src/process/process-identity.ts';
import { eventually } from '../support/eventually.ts';
import { isRoot, refusedWithoutRoot } from '../support/root.ts';

refusedWithoutRoot('the move of the home of a practice user');

const newFolder = (parent: string): string => {
  const folder = mkdtempSync(join(parent, 'move-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

test.runIf(isRoot).each([
  { where: 'the same file system', parent: () => tmpdir(), isSame: true },
  { where: 'another file system', parent: () => '/dev/shm', isSame: false },
])('a home moves from $where after the processes of its user have ended', async ({ parent, isSame }) => {
  const name = `rmt-${process.pid}-m${isSame ? 1 : 2}`;
  const from = join(newFolder(parent()), 'home');
  const to = join(newFolder(tmpdir()), 'home');
  mkdirSync(from, { mode: 0o700 });
  ensureUser(name, from, () => undefined);
  onTestFinished(() => [from, to].forEach((home) => removeUser(name, home)));
  const uid = Number(execFileSync('id', ['-u', name], { encoding: 'utf8' }));
  writeFileSync(join(from, 'games'), 'won');
  const program = spawn('sleep', ['60'], { stdio: 'ignore', uid });
  onTestFinished(() => void program.kill('SIGKILL'));
  expect(statSync(from).dev === statSync(join(to, '..')).dev).toBe(isSame);
  await moveHome(name, from, to);
  expect(readFileSync(join(to, 'games'), 'utf8')).toBe('won');
  await eventually('the process has ended', () => identify(program.pid ?? 0) === undefined);
});
