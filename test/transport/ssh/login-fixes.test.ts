/** The fix that a message about a login gives works when a person follows it to the letter. */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import type { RingmasterError } from '../../../src/domain/failure/error.ts';
import { aroundHost } from '../../support/around-host.ts';
import { ownTemporaryFolder, PracticeHost } from '../../support/practice-node.ts';
import { rejectionOf } from '../../support/rejection-of.ts';
import { coded } from '../conformance/machine-harness.ts';

vi.setConfig({ testTimeout: 60_000 });
const folder = ownTemporaryFolder();
let host: PracticeHost;
aroundHost(async () => (host = await PracticeHost.start('l', folder, { loginShell: '/bin/bash' })));
afterEach(() => host.closeMachines());

const keysFile = (): string => join(host.node.home, '.ssh', 'authorized_keys');
const readKeys = (): string => readFileSync(keysFile(), 'utf8').replace(/^command=".*" (?=ssh-)/m, '');
const force = (command: string): void => writeFileSync(keysFile(), `command="${command}" ${readKeys()}`);
const byHand = (error: unknown) => spawnSync('sh', ['-c', (error as RingmasterError).hint?.run ?? 'exit 99'], { encoding: 'utf8' });

test('the command that tries a login by hand has the port, the user and the key of the cluster file', async () => {
  force('echo Backup host, no shell');
  const error = await rejectionOf(host.machine().probe());
  expect(error).toEqual(coded('transport.no-shell'));
  expect(byHand(error).stdout).toBe('Backup host, no shell\n');
  writeFileSync(keysFile(), readKeys());
  expect(byHand(error)).toMatchObject({ stdout: 'ok\n', status: 0 });
});

test.runIf(process.getuid?.() === 0).each([
  ['reads the whole standard input', 'cat >/dev/null'],
  ['replaces the shell', 'exec fish'],
  ['replaces the shell', 'exec tcsh'],
])('a start-up file that %s is mended by the words of the failure', async (because, line) => {
  const startFile = join(host.node.home, '.bashrc');
  writeFileSync(startFile, `${line}\n`);
  const error = await rejectionOf(host.machine().probe());
  expect(error).toEqual(coded('transport.no-shell'));
  expect((error as RingmasterError).message).toContain(because);
  expect((error as RingmasterError).hint?.say).toContain('`[ -t 0 ] &&`');
  expect(byHand(error).stdout).toBe('');
  writeFileSync(startFile, `[ -t 0 ] && ${line}\n`);
  expect(byHand(error)).toMatchObject({ stdout: 'ok\n', status: 0 });
  expect((await host.machine().probe()).noise).toBe(undefined);
  rmSync(startFile);
});

test('a login that prints and is slow to begin our program works with a longer limit of the login', async () => {
  force('echo Loading; sleep 3; eval \\"$SSH_ORIGINAL_COMMAND\\"');
  const error = await rejectionOf(host.open(host.connect(), { loginMs: 1_500 }).probe());
  expect(error).toEqual(coded('transport.timeout'));
  expect((error as RingmasterError).message).toContain('its login printed "Loading" and did not start our program within 1.5 s');
  expect((error as RingmasterError).hint?.say).toContain('`limits.login`');
  expect((await host.open(host.connect(), { loginMs: 20_000, probeMs: 20_000 }).probe()).noise).toBe('Loading');
  writeFileSync(keysFile(), readKeys());
});

test('the note about a login that prints goes when the login prints no more, on the same connection', async () => {
  const welcome = join(host.node.home, 'welcome');
  writeFileSync(welcome, 'Welcome\n');
  force(`cat ${welcome} 2>/dev/null; eval \\"$SSH_ORIGINAL_COMMAND\\"`);
  const machine = host.machine();
  expect((await machine.probe()).noise).toBe('Welcome');
  rmSync(welcome);
  expect((await machine.probe()).noise).toBe(undefined);
  writeFileSync(keysFile(), readKeys());
});
