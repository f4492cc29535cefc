/** The fix that a message about a login gives works when a person follows it to the letter. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { RingmasterError } from '../../../src/domain/failure/error.ts';
import { aroundConfiguredHost } from '../../support/around-configured-host.ts';
import { ownTemporaryFolder, PracticeHost } from '../../support/practice-node.ts';
import { install, programsOf } from '../../support/programs-of.ts';
import { rejectionOf } from '../../support/rejection-of.ts';
import { coded } from '../conformance/machine-harness.ts';
import { isRoot, refusedWithoutRoot } from '../../support/root.ts';

vi.setConfig({ testTimeout: 60_000 });
const folder = ownTemporaryFolder();
let host: PracticeHost;
/** Settings of the user with which an ordinary `ssh HOST COMMAND` runs nothing, prints nothing, or asks nothing. */
const settings = `Host *
  RemoteCommand echo mine
  RequestTTY force
  SessionType none
  StdinNull yes
  ForkAfterAuthentication yes
  ExitOnForwardFailure yes
  PermitLocalCommand yes
  LocalCommand echo local
  LogLevel QUIET
  BatchMode yes
`;
const at = aroundConfiguredHost(folder, async () => (host = await PracticeHost.start('l', folder, { loginShell: '/bin/bash' })));
beforeAll(() => writeFileSync(at.configFile, `${settings}  LocalForward ${host.node.port} 127.0.0.1:9\n`));

afterEach(async () => {
  writeFileSync(keysFile(), readKeys());
  await host.closeMachines();
});

const keysFile = (): string => host.node.authorizedKeys;
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

refusedWithoutRoot('a login with another shell, start-up file or limit of processes');

test.runIf(isRoot)('a login shell that is none: the command for root in the words of the failure works', async () => {
  execFileSync('usermod', ['--shell', '/usr/sbin/nologin', host.node.user]);
  const error = (await rejectionOf(host.machine().probe())) as RingmasterError;
  expect(error).toEqual(coded('transport.no-shell'));
  expect(error.message).toContain('This account is currently not available');
  const [, command = 'false'] = /\(as root on the node: (usermod .* USER)\)/.exec(error.hint?.say ?? '') ?? [];
  execFileSync('sh', ['-c', command.replace('USER', host.node.user)]);
  expect(byHand(error)).toMatchObject({ stdout: 'ok\n', status: 0 });
  expect((await host.machine().probe()).noise).toBe(undefined);
  execFileSync('usermod', ['--shell', '/bin/bash', host.node.user]);
});

test.runIf(isRoot)('a start-up file that prints without an end: the words of the failure work', async () => {
  const startFile = join(host.node.home, '.bashrc');
  writeFileSync(startFile, 'yes Noise\n');
  const error = (await rejectionOf(host.machine().probe())) as RingmasterError;
  expect(error).toEqual(coded('transport.no-shell'));
  expect(error.message).toContain('printed more than 4194304 bytes before our program, beginning with "Noise; Noise');
  expect(error.hint?.say).toMatch(/^putting what prints in the start-up file of its login \(\.bashrc, .*\) behind a test for a terminal, as in/);
  const [, behind = 'true'] = /`(.*) echo Welcome`/.exec(error.hint?.say ?? '') ?? [];
  writeFileSync(startFile, `${behind} yes Noise\n`);
  expect((await host.machine().probe()).noise).toBe(undefined);
  rmSync(startFile);
});

test.runIf(isRoot)('a user with too many processes: each of the two fixes works', async () => {
  const limitFile = join(host.node.home, 'limit');
  const limitTo = (count: number): void => writeFileSync(limitFile, `ulimit -p ${count}\n`);
  // A start-up file that needs a process of its own, such as one that loads modules.
  execFileSync('usermod', ['--shell', '/bin/sh', host.node.user]);
  force(`. ./limit; /bin/true || exit; eval \\"$SSH_ORIGINAL_COMMAND\\"`);
  const others = Array.from({ length: 60 }, () =>
    spawn('sleep', ['300'], { uid: Number(execFileSync('id', ['-u', host.node.user], { encoding: 'utf8' })) }),
  );
  limitTo(40);
  const error = (await rejectionOf(host.machine().probe())) as RingmasterError;
  expect(error).toEqual(coded('transport.busy'));
  expect(error.message).toMatch(/its login printed ".*[Ff]ork.*"/);
  expect(error.hint?.say).toBe('ending processes there, or a higher limit of processes for its user');
  limitTo(200);
  expect((await host.machine().probe()).noise).toBe(undefined);
  limitTo(40);
  expect(await rejectionOf(host.machine().probe())).toEqual(coded('transport.busy'));
  await Promise.all(others.map((one) => (one.kill('SIGKILL'), once(one, 'exit'))));
  expect((await host.machine().probe()).noise).toBe(undefined);
  execFileSync('usermod', ['--shell', '/bin/bash', host.node.user]);
});

test.runIf(isRoot).each([
  ['reads the whole standard input', 'cat >/dev/null'],
  ['replaces the shell', 'exec fish'],
  ['replaces the shell', 'exec tcsh'],
  ['replaces the shell', 'exec dash'],
  ['or puts another in its place', 'exec </dev/null'],
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

test.runIf(isRoot)('a start-up file that moves the standard output is mended by the words of the failure', async () => {
  const startFile = join(host.node.home, '.bashrc');
  writeFileSync(startFile, 'exec >>log\n');
  const error = (await rejectionOf(host.machine().probe())) as RingmasterError;
  expect(error).toEqual(coded('transport.no-shell'));
  expect(error.message).toContain('its login sends the standard output of every command elsewhere');
  expect(byHand(error).stdout).toBe('');
  const [, behind = 'true'] = /^putting `(.*)` before the line with `exec >`/.exec(error.hint?.say ?? '') ?? [];
  writeFileSync(startFile, `${behind} exec >>log\n`);
  expect(byHand(error).stdout).toBe('ok\n');
  expect((await host.machine().probe()).noise).toBe(undefined);
  rmSync(startFile);
});

test('a forced command with a terminal of its own is mended by the words of the failure', async () => {
  force('script -qec \\"$SSH_ORIGINAL_COMMAND\\" /dev/null');
  const error = (await rejectionOf(host.machine().probe())) as RingmasterError;
  expect(error).toEqual(coded('transport.no-shell'));
  expect(error.message).toContain('its login changes the output of every command');
  expect(byHand(error).stdout).toBe('0\n');
  writeFileSync(keysFile(), readKeys());
  expect(byHand(error).stdout).toBe('1\n');
  expect((await host.machine().probe()).noise).toBe(undefined);
});

test.each([
  ['od', 'exec 2>&1;', 'sends the standard error of every command elsewhere or changes it'],
  ['od', 'exec 2>/dev/null;', 'sends the standard error of every command elsewhere or changes it'],
  ['od', "exec 2> >(sed 's/$/./' >&2);", 'sends the standard error of every command elsewhere or changes it'],
  ['dd', 'sleep 60 &', 'a process that a start-up file of its login left running can print into the output of every command'],
])('a login whose output needs %s, which the node lacks: transport.no-shell-tool, and each of the two fixes works', async (tool, line, because) => {
  const bin = programsOf(join(folder, tool, line.replaceAll(/\W/g, '-')), (name) => name !== tool && name !== 'busybox');
  const login = (first: string): void => force(`PATH=${bin}; ${first} eval \\"$SSH_ORIGINAL_COMMAND\\"`);
  login(line);
  const error = (await rejectionOf(host.open(host.connect(), { loginMs: 3_000 }).probe())) as RingmasterError;
  expect(error).toEqual(coded('transport.no-shell-tool'));
  expect(error.message).toContain(`${because}, and the node lacks ${tool}`);
  expect(error.hint?.say).toContain(`installing ${tool} there, or putting \`[ -t 0 ] &&\` before the line`);
  expect(byHand(error).stdout).toBe('');
  login(`[ -t 0 ] && ${line}`);
  expect(byHand(error)).toMatchObject({ stdout: 'ok\n', status: 0 });
  expect((await host.machine().probe()).noise).toBe(undefined);
  install(bin, tool);
  login(line);
  expect(byHand(error)).toMatchObject({ stdout: 'ok\n', status: 0 });
  expect((await host.machine().probe()).noise).toBe(undefined);
});

test('a login that moves its errors while the connection lasts fails one command, and works from the next on', async () => {
  const start = join(host.node.home, 'start');
  writeFileSync(start, '');
  force(`. ${start}; eval \\"$SSH_ORIGINAL_COMMAND\\"`);
  for (const line of ['exec 2>&1', 'exec 2>/dev/null', 'mkfifo $$; sed s/$/./ <$$ >&2 & exec 2>$$; rm $$']) {
    writeFileSync(start, '');
    await host.closeMachines();
    const other = host.machine();
    await other.probe();
    writeFileSync(start, `${line}\n`);
    const error = (await rejectionOf(other.run({ argv: ['sh', '-c', 'echo bad >&2; echo out'], timeoutMs: 20_000 }))) as RingmasterError;
    expect(error).toEqual(coded('transport.connection-lost'));
    expect(error.hint).toEqual({ say: 'again in a moment: Ringmaster examines the login again by itself' });
    expect(error.message).toContain('has moved or changed an output of our program');
    const seen = await other.run({ argv: ['sh', '-c', 'echo bad >&2; echo out'], timeoutMs: 20_000 });
    expect(seen).toMatchObject({ code: 0, stdout: 'out\n', stderr: 'bad\n' });
  }
});

test
  .runIf(isRoot)
  .each([
    String.raw`exec 2> >(while read -r line; do echo -e "\e[01;31m$line\e[0m" >&2; done)`,
    String.raw`exec 2> >(sed -u $'s,.*,\e[31m&\e[m,' >&2)`,
    'exec 2> >(cat -A >&2)',
    String.raw`exec 2> >(sed -u 's/$/\r/' >&2)`,
    'exec 2> >(while read -r line; do echo "$(date +%T) $line" >&2; done)',
  ])('a start-up file that changes the lines of the standard error, %s, changes nothing of a command', async (line) => {
  const startFile = join(host.node.home, '.bashrc');
  writeFileSync(startFile, `${line}\n`);
  rmSync(host.node.folder, { recursive: true, force: true });
  const machine = host.machine();
  const ran = await machine.run({ argv: ['sh', '-c', 'echo out; echo bad >&2; exit 80'], timeoutMs: 20_000 });
  expect(ran).toMatchObject({ code: 80, stdout: 'out\n', stderr: 'bad\n' });
  await machine.probe();
  rmSync(startFile);
});

test('a login that prints and is slow to begin our program works with a longer limit of the login', async () => {
  force('echo Loading; sleep 3; eval \\"$SSH_ORIGINAL_COMMAND\\"');
  const error = await rejectionOf(host.open(host.connect(), { loginMs: 1_500 }).probe());
  expect(error).toEqual(coded('transport.timeout'));
  expect((error as RingmasterError).message).toContain('its login printed "Loading" and did not start our program within 1.5 s');
  expect((error as RingmasterError).hint?.say).toContain('`limits.login`');
  expect((await host.open(host.connect(), { loginMs: 20_000, probeMs: 20_000 }).probe()).noise).toBe('Loading');
});

test('the note about a login that prints goes when the login prints no more, on the same connection', async () => {
  const welcome = join(host.node.home, 'welcome');
  writeFileSync(welcome, 'Welcome\n');
  force(`cat ${welcome} 2>/dev/null; eval \\"$SSH_ORIGINAL_COMMAND\\"`);
  const machine = host.machine();
  expect((await machine.probe()).noise).toBe('Welcome');
  rmSync(welcome);
  expect((await machine.probe()).noise).toBe(undefined);
});
