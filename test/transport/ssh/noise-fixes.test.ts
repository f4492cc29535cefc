/** The fix that doctor names for a login that prints works in each shell and file that the fix names, when it is followed to the letter. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { afterEach, expect, test, vi } from 'vitest';
import { outputBehindTest } from '../../../src/domain/node/login-fix.ts';
import { aroundHost } from '../../support/around-host.ts';
import { ownTemporaryFolder, PracticeHost } from '../../support/practice-node.ts';
import { isRoot, refusedWithoutRoot } from '../../support/root.ts';

vi.setConfig({ testTimeout: 60_000 });
const folder = ownTemporaryFolder();
let host: PracticeHost;
aroundHost(async () => (host = await PracticeHost.start('q', folder)));
afterEach(() => host.closeMachines());

const [, named = ''] = /the start-up file of its login \((.*?)\)/.exec(outputBehindTest) ?? [];
const [, quiet = ''] = /as in `(.*)`/.exec(outputBehindTest) ?? [];

/** The shell that reads each start-up file, and where the file lies in the home folder. */
const readers: Readonly<Record<string, readonly [shell: string, path: string]>> = {
  '.bashrc': ['/bin/bash', '.bashrc'],
  '.zshenv': ['/usr/bin/zsh', '.zshenv'],
  '.cshrc': ['/usr/bin/tcsh', '.cshrc'],
  'config.fish': ['/usr/bin/fish', '.config/fish/config.fish'],
};

test('the fix names the start-up files of four shells', () => {
  expect(named.split(', ')).toEqual(Object.keys(readers));
});

refusedWithoutRoot('a start-up file that prints');

test.runIf(isRoot).each(named.split(', '))('what %s prints is noise, and behind the test for a terminal it is not printed', async (name) => {
  const [shell = '', path = ''] = readers[name] ?? [];
  execFileSync('usermod', ['--shell', shell, host.node.user]);
  const file = join(host.node.home, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, 'echo Welcome\n');
  const machine = host.machine();
  expect((await machine.probe()).noise).toBe('Welcome');
  writeFileSync(file, `${quiet}\n`);
  expect((await machine.probe()).noise).toBe(undefined);
  expect((await host.machine().probe()).noise).toBe(undefined);
  rmSync(file);
});
