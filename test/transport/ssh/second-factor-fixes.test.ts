/** A host that takes no key alone, and an account that the host refuses, are named in the words of the host. The fix is followed to the letter. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import type { RingmasterError } from '../../../src/domain/failure/error.ts';
import { aroundConfiguredHost } from '../../support/around-configured-host.ts';
import { ownTemporaryFolder, PracticeHost } from '../../support/practice-node.ts';
import { rejectionOf } from '../../support/rejection-of.ts';
import { isRoot, refusedWithoutRoot } from '../../support/root.ts';
import { coded } from '../conformance/machine-harness.ts';
import { blockOf } from './far-hosts.ts';
import { again, hello } from './say-hello.ts';

vi.setConfig({ testTimeout: 60_000 });
const folder = ownTemporaryFolder();
const at = aroundConfiguredHost(folder, () => PracticeHost.start('f', folder));
const password = `p${process.pid}`;
const sockets: string[] = [];
afterAll(() => {
  for (const socket of sockets) spawnSync('ssh', ['-S', socket, '-O', 'exit', 'here'], { stdio: 'ignore' });
});

async function restart(settings: Readonly<Record<string, string>>): Promise<void> {
  const { configFile: file } = at.host.node;
  const names = new RegExp(`^(${Object.keys(settings).join('|')}) .*\n`, 'gm');
  const lines = Object.entries(settings).map(([name, value]) => `${name} ${value}\n`);
  writeFileSync(file, lines.join('') + readFileSync(file, 'utf8').replace(names, ''));
  await at.host.killSshd();
  await at.host.startSshd();
}
const refusal = async (step: Promise<unknown>): Promise<RingmasterError> => (await rejectionOf(step)) as RingmasterError;

/** Runs the command of the hint as a person does who enters the password. */
function byHand({ hint }: RingmasterError): number | null {
  const answer = join(folder, 'answer');
  writeFileSync(answer, `#!/bin/sh\necho ${password}\n`, { mode: 0o755 });
  const env = { ...process.env, SSH_ASKPASS: answer, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':0' };
  return spawnSync('setsid', ['--wait', 'sh', '-c', hint?.run ?? 'exit 99'], { env, stdio: 'ignore', timeout: 30_000 }).status;
}

refusedWithoutRoot('a host that wants a password beside the key');

const wants = { 'publickey,password': /took the key of \S+, and wants more: password/, password: /takes no key for a login, only password/ };
const routes = { 'npm ssh2': {}, 'the system’s ssh': { AddressFamily: 'inet' } };
const rows = Object.entries(wants).flatMap(([methods, says]) => Object.entries(routes).map(([route, more]) => [methods, route, says, more] as const));

test.runIf(isRoot).each(rows)(
  'a host that wants %s, by %s: the command of the fix opens a login that commands and copies use',
  async (methods, route, says, more) => {
    execFileSync('chpasswd', { input: `${at.host.node.user}:${password}\n` });
    await restart({ AuthenticationMethods: methods, PasswordAuthentication: 'yes' });
    writeFileSync(at.configFile, blockOf(at.host, 'here', more));
    const failure = await refusal(hello(at.host.open({ type: 'ssh', host: 'here' })));
    expect(failure).toEqual(coded('transport.authentication'));
    expect(failure.message).toMatch(route === 'npm ssh2' ? says : /Permission denied \(password\)/);
    const [, path = ''] = /^`ControlPath (\S+)` for this host in the ssh configuration, then a login by hand/.exec(failure.hint?.say ?? '') ?? [];
    const socket = path.replace('~/.ssh', mkdtempSync(join(folder, 's-')));
    writeFileSync(at.configFile, blockOf(at.host, 'here', { ...more, ControlPath: socket }));
    sockets.push(socket);
    expect(byHand(failure)).toBe(0);
    const machine = at.host.open({ type: 'ssh', host: 'here' });
    expect(await again(machine)).toBe('hello');
    const from = mkdtempSync(join(folder, 'tree-'));
    writeFileSync(join(from, 'a'), methods);
    expect(await machine.copy({ type: 'push-tree', dataset: `of-${sockets.length}`, from })).toMatchObject({ changed: true });
  },
);

test.runIf(isRoot)('an account that has expired: the words of the host are in the sentence, and the login works when it is valid again', async () => {
  await restart({ AuthenticationMethods: 'any', UsePAM: 'yes' });
  writeFileSync(at.configFile, blockOf(at.host, 'here'));
  execFileSync('usermod', ['--expiredate', '2020-01-01', at.host.node.user]);
  const machine = at.host.open({ type: 'ssh', host: 'here' });
  const failure = await refusal(hello(machine));
  expect(failure.message).toMatch(/and said: Your account has expired/);
  expect(spawnSync('sh', ['-c', failure.hint?.run ?? ''], { encoding: 'utf8' }).stderr).toContain('Your account has expired');
  execFileSync('usermod', ['--expiredate', '', at.host.node.user]);
  expect(spawnSync('sh', ['-c', failure.hint?.run ?? '']).status).toBe(0);
  expect(await again(machine)).toBe('hello');
});

test.runIf(isRoot)('a password that has expired: the fix is a new password, and the command of the hint then prints ok', async () => {
  await restart({ AuthenticationMethods: 'any', UsePAM: 'yes' });
  writeFileSync(at.configFile, blockOf(at.host, 'here'));
  execFileSync('chage', ['-d', '0', at.host.node.user]);
  const machine = at.host.open({ type: 'ssh', host: 'here' });
  const failure = await refusal(hello(machine));
  expect(failure).toEqual(coded('transport.no-shell'));
  expect(failure.message).toContain('password has expired');
  const [, command = ''] = /passwd USER, or (chage .* USER)\), until this prints ok$/.exec(failure.hint?.say ?? '') ?? [];
  const ok = (): string => spawnSync('sh', ['-c', failure.hint?.run ?? ''], { encoding: 'utf8' }).stdout;
  expect(ok()).toBe('');
  execFileSync('sh', ['-c', command.replace('USER', at.host.node.user)]);
  expect(ok()).toBe('ok\n');
  expect(await again(machine)).toBe('hello');
});
