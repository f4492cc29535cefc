/** A service manager or cron often starts a cluster with a PATH that lacks the folders of `useradd` and `sshd`. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ensureUser, moveHome, removeUser } from '../../src/practice/practice-user.ts';
import { isRoot, refusedWithoutRoot } from '../support/root.ts';

refusedWithoutRoot('the user of a practice node under a short PATH');

test.runIf(isRoot)('the user of a practice node is made, moved and removed with a PATH that lacks /usr/sbin', async () => {
  const path = process.env['PATH'];
  onTestFinished(() => void (process.env['PATH'] = path));
  process.env['PATH'] = '/usr/bin:/bin';
  const folder = mkdtempSync(join(tmpdir(), 'path-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const name = `rmt-${process.pid}-p`;
  const [home, other] = [join(folder, 'home'), join(folder, 'other')];
  const homeOf = (): string | undefined => new RegExp(`^${name}:.*:(.*):`, 'm').exec(readFileSync('/etc/passwd', 'utf8'))?.[1];
  mkdirSync(home);
  ensureUser(name, home, () => undefined);
  onTestFinished(() => [home, other].forEach((place) => removeUser(name, place)));
  expect(homeOf()).toBe(home);
  await moveHome(name, home, other);
  expect(homeOf()).toBe(other);
  removeUser(name, other);
  expect(homeOf()).toBeUndefined();
});
