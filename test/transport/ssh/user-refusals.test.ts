/** A setting of the user that cannot be honoured fails with a code of its own, and the sentence names the option and the file. */
import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { errorText } from '../../../src/domain/failure/error.ts';
import type { NodeId } from '../../../src/domain/ids.ts';
import { openMachine } from '../../../src/transport/open-machine.ts';
import { ownerNamed } from '../../support/owner-named.ts';
import { sshLimits } from '../../../src/transport/limits.ts';
import { newKeyIn } from '../../support/new-key.ts';
import { aroundHost } from '../../support/around-host.ts';
import { until } from '../../support/eventually.ts';
import { ownTemporaryFolder, PracticeHost } from '../../support/practice-node.ts';
import { rejectionOf } from '../../support/rejection-of.ts';
import { slowDoor } from '../../support/slow-door.ts';
import { hostBlock, useSshConfig } from '../../support/ssh-config.ts';
import { coded } from '../conformance/machine-harness.ts';
import { blockOf } from './far-hosts.ts';

const folder = ownTemporaryFolder();
const hello = { argv: ['printf', '%s', 'hello'], timeoutMs: 60_000 } as const;
let host: PracticeHost;
let restore: () => void = () => undefined;
let configFile = '';
aroundHost(async () => {
  host = await PracticeHost.start('r', folder);
  const config = mkdtempSync(join(folder, 'config-'));
  configFile = join(config, 'ssh_config');
  restore = useSshConfig(config, '');
  return host;
});
afterAll(() => restore());

const runOn = async (name: string): Promise<string> => {
  const machine = host.open({ type: 'ssh', host: name });
  try {
    return (await machine.run(hello)).stdout;
  } finally {
    await machine.close();
  }
};
const refusal = async (name: string): Promise<unknown> => rejectionOf(runOn(name));

/** Writes hosts whose login takes this long: without a ConnectTimeout, and with one of 40 s in both ways to connect. */
async function slowHosts(waitMs: number): Promise<void> {
  const port = await slowDoor(host.node.port, waitMs);
  const alias = `[127.0.0.1]:${host.node.port}`;
  const block = (name: string, more: Readonly<Record<string, string | number>>): string =>
    blockOf(host, name, { ...more, HostKeyAlias: alias }).replace(/ {2}Port .*/, `  Port ${port}`);
  writeFileSync(
    configFile,
    block('patient', { ConnectTimeout: 40 }) + block('plain', {}) + block('system', { ConnectTimeout: 40, AddressFamily: 'inet' }),
  );
}

test('a host whose login takes 7 s is reached, with and without a ConnectTimeout of the user, in both ways to connect', async () => {
  await slowHosts(7_000);
  expect(await Promise.all(['patient', 'plain', 'system'].map(runOn))).toEqual(['hello', 'hello', 'hello']);
});

test(
  'a login that takes longer than our limit ends only with a ConnectTimeout of the user, in both ways to connect',
  { timeout: 120_000 },
  async () => {
    await slowHosts(sshLimits.loginMsMax + 3_000);
    const [refused, ...greetings] = await Promise.all([refusal('plain'), runOn('patient'), runOn('system')]);
    expect(greetings).toEqual(['hello', 'hello']);
    expect(errorText(refused)).toContain(`did not end within ${sshLimits.loginMsMax / 1_000} s`);
  },
);

test('a probe does not wait for a slow login, and a later one finds it done', async () => {
  const port = await slowDoor(host.node.port, 7_000);
  writeFileSync(configFile, blockOf(host, 'slow', { HostKeyAlias: `[127.0.0.1]:${host.node.port}` }).replace(/ {2}Port .*/, `  Port ${port}`));
  const machine = host.open({ type: 'ssh', host: 'slow' });
  const first = await rejectionOf(machine.probe());
  expect(first).toEqual(coded('transport.unreachable'));
  expect(errorText(first)).toContain('goes on');
  await until(
    () =>
      machine.probe().then(
        () => true,
        () => false,
      ),
    Boolean,
    20_000,
  );
});

test('a limit of the cluster file ends a login, and the sentence names the limit', async () => {
  const port = await slowDoor(host.node.port, 20_000);
  const machine = host.open({ ...host.connect({ port }) }, { loginMs: 2_000 });
  const error = await rejectionOf(machine.run(hello));
  expect(error).toEqual(coded('transport.unreachable'));
  expect(errorText(error)).toContain('did not end within 2 s');
});

test('a misspelt host names the nearest Host of the configuration, and a user before it does not matter', async () => {
  writeFileSync(configFile, `${blockOf(host, 'nuc')}Host *.example.org other\n  User x\n`);
  for (const name of ['nucc', 'me@nucc']) {
    const error = await refusal(name);
    expect(error).toEqual(coded('transport.unknown-host'));
    expect(errorText(error)).toMatch(/cannot resolve nucc(: no name server answers)?; nearest Host in your configuration: nuc; try `ssh.host`: nuc/);
  }
  expect(errorText(await refusal('nothing-like-it'))).not.toContain('nearest');
});

test('nodes whose hosts have no address are not advised to take the hosts of each other', async () => {
  writeFileSync(configFile, ['gpu-1.invalid', 'gpu-2.invalid', 'gpu-4.invalid'].map((name) => hostBlock(name, { User: 'x' })).join(''));
  const open = (node: string) =>
    openMachine({
      node: node as NodeId,
      owner: ownerNamed(host.cluster),
      folder: host.node.folder,
      connect: { type: 'ssh', host: `${node}.invalid` },
    });
  const machines = ['gpu-1', 'gpu-2', 'gpu-3'].map(open);
  const errors = await Promise.all(machines.map((machine) => rejectionOf(machine.run(hello))));
  for (const error of errors) {
    expect(error).toEqual(coded('transport.unknown-host'));
    expect(errorText(error)).not.toContain('nearest');
  }
  await Promise.all(machines.map((machine) => machine.close()));
});

test('the nearest Host of the configuration is not named while it is the host of another node', async () => {
  writeFileSync(configFile, blockOf(host, 'nuc'));
  const other = openMachine({ node: 'other' as NodeId, owner: ownerNamed(host.cluster), folder: 'other', connect: { type: 'ssh', host: 'me@nuc' } });
  expect(errorText(await refusal('nucc'))).not.toContain('nearest');
  await other.close();
  expect(errorText(await refusal('nucc'))).toContain('nearest Host in your configuration: nuc;');
});

test('a misspelt host has the same sentence when the system’s ssh looks it up', async () => {
  writeFileSync(configFile, `${blockOf(host, 'nuc')}Host *\n  AddressFamily inet\n`);
  const error = await refusal('nucc');
  expect(error).toEqual(coded('transport.unknown-host'));
  expect(errorText(error)).toMatch(/cannot resolve nucc(: no name server answers)?; nearest Host in your configuration: nuc/);
});

test('a file that ssh refuses is quoted with its line', async () => {
  writeFileSync(configFile, `${blockOf(host, 'here')}  Frobnicate yes\n`);
  const error = await refusal('here');
  expect(error).toEqual(coded('transport.ssh-config'));
  const line = readFileSync(configFile, 'utf8').split('\n').indexOf('  Frobnicate yes') + 1;
  expect(errorText(error)).toContain(`${configFile}: line ${line}: Bad configuration option: frobnicate`);
});

test.each(['no', 'accept-new'])('StrictHostKeyChecking %s with an unknown key names the option and its line, and the fix works', async (value) => {
  const known = join(folder, `known-${value}`);
  writeFileSync(configFile, blockOf(host, 'here', { StrictHostKeyChecking: value }).replace(/UserKnownHostsFile .*/, `UserKnownHostsFile ${known}`));
  for (const more of ['', '  AddressFamily inet\n']) {
    writeFileSync(known, '');
    writeFileSync(configFile, readFileSync(configFile, 'utf8').replace(/ {2}AddressFamily.*\n/, '') + more);
    const error = await refusal('here');
    expect(error).toEqual(coded('transport.ssh-option'));
    expect(errorText(error)).toContain(`does not follow StrictHostKeyChecking ${value} (${configFile} line 2)`);
    const command = /adding the key: (.*)$/.exec(errorText(error))?.[1] ?? '';
    spawnSync('sh', ['-c', command]);
    expect(await runOn('here')).toBe('hello');
  }
});

test.each([
  ['npm ssh2', ''],
  ['the system’s ssh', '  AddressFamily inet\n'],
])('NoHostAuthenticationForLocalhost accepts no unknown and no other key by %s', async (_by, more) => {
  const known = join(folder, 'known-loopback');
  const key = newKeyIn(folder);
  const block = blockOf(host, 'here', { NoHostAuthenticationForLocalhost: 'yes' });
  writeFileSync(configFile, block.replace(/UserKnownHostsFile .*/, `UserKnownHostsFile ${known}`) + more);
  writeFileSync(known, '');
  expect(await refusal('here')).toEqual(coded('transport.host-key-unknown'));
  writeFileSync(known, `[127.0.0.1]:${host.node.port} ${readFileSync(`${key}.pub`, 'utf8')}`);
  expect(await refusal('here')).toEqual(coded('transport.host-key-changed'));
  writeFileSync(known, readFileSync(host.node.knownHostsFile));
  expect(await runOn('here')).toBe('hello');
});

test.each([
  ['a Match block that does not apply', 'Match host other\n  StrictHostKeyChecking no\nHost *\n  StrictHostKeyChecking accept-new\n', 4],
  ['a Match block that applies', 'Match host other,here\n  StrictHostKeyChecking accept-new\nHost *\n  StrictHostKeyChecking no\n', 2],
  ['a Host block that does not apply', 'Host other\n  StrictHostKeyChecking no\nHost *\n  StrictHostKeyChecking accept-new\n', 4],
])('the sentence names the line with the value that holds, after %s', async (_what, text, line) => {
  writeFileSync(join(folder, 'known-none'), '');
  writeFileSync(configFile, text + blockOf(host, 'here').replace(/UserKnownHostsFile .*/, `UserKnownHostsFile ${join(folder, 'known-none')}`));
  expect(errorText(await refusal('here'))).toContain(`does not follow StrictHostKeyChecking accept-new (${configFile} line ${line})`);
});

test('the sentence names the line of an included file', async () => {
  const included = join(folder, 'included');
  writeFileSync(included, 'Host other\n  Port 1\nMatch host here\n  StrictHostKeyChecking accept-new\n');
  writeFileSync(join(folder, 'known-none'), '');
  writeFileSync(
    configFile,
    `Host other\n  Include ${included}\nHost here\n  Include ${included}\nHost *\n  StrictHostKeyChecking no\n` +
      blockOf(host, 'here').replace(/UserKnownHostsFile .*/, `UserKnownHostsFile ${join(folder, 'known-none')}`),
  );
  expect(errorText(await refusal('here'))).toContain(`does not follow StrictHostKeyChecking accept-new (${included} line 4)`);
});

test('a HostKeyAlias is the name under which the command of the hint adds the key', async () => {
  const known = join(folder, 'known alias');
  writeFileSync(known, '');
  writeFileSync(configFile, blockOf(host, 'here', { HostKeyAlias: 'the-nuc' }).replace(/UserKnownHostsFile .*/, `UserKnownHostsFile "${known}"`));
  const error = await refusal('here');
  expect(error).toEqual(coded('transport.host-key-unknown'));
  spawnSync('sh', ['-c', /adding the key: (.*)$/.exec(errorText(error))?.[1] ?? '']);
  expect(await runOn('here')).toBe('hello');
});

test('a key that known_hosts has for the name without its port is taken, as ssh takes it', async () => {
  const known = join(folder, 'known-bare');
  writeFileSync(known, readFileSync(host.node.knownHostsFile, 'utf8').replace(/^\[127\.0\.0\.1\]:\d+/, '127.0.0.1'));
  writeFileSync(configFile, blockOf(host, 'here').replace(/UserKnownHostsFile .*/, `UserKnownHostsFile ${known}`));
  expect(await runOn('here')).toBe('hello');
});

test('a master that the user has opened is used when the login is refused', async () => {
  const path = join(folder, 'cm');
  const block = blockOf(host, 'here', { ControlMaster: 'auto', ControlPath: path });
  writeFileSync(configFile, block);
  const master = spawn('ssh', ['-N', '-o', 'ControlMaster=yes', 'here'], { stdio: 'ignore' });
  try {
    await until(() => spawnSync('ssh', ['-O', 'check', 'here']).status === 0, Boolean, 20_000);
    writeFileSync(configFile, block.replace(/IdentityFile .*/, 'IdentityFile none'));
    const machine = host.open({ type: 'ssh', host: 'here' });
    expect((await machine.run(hello)).stdout).toBe('hello');
    expect((await machine.probe()).through).toBe(`controlpath ${path}`);
    await machine.close();
    expect(spawnSync('ssh', ['-O', 'check', 'here']).status).toBe(0);
  } finally {
    master.kill();
  }
  expect(await refusal('here')).toEqual(coded('transport.authentication'));
});

test('a server that shares no algorithm with npm ssh2 is reached by the system’s ssh', async () => {
  appendFileSync(host.node.configFile, 'KexAlgorithms sntrup761x25519-sha512@openssh.com\n');
  await host.killSshd();
  await host.startSshd();
  writeFileSync(configFile, blockOf(host, 'here'));
  const machine = host.open({ type: 'ssh', host: 'here' });
  expect((await machine.run(hello)).stdout).toBe('hello');
  expect((await machine.probe()).through).toBe('key exchange algorithm that npm ssh2 lacks');
});
