/**
 * Host keys, login keys and host names are tested against a real sshd. A key that must not be trusted is refused, and the message names the remedy.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newKeyIn } from '../../support/new-key.ts';
import { aroundHost } from '../../support/around-host.ts';
import { ownTemporaryFolder, PracticeHost } from '../../support/practice-node.ts';
import { hostBlock, useSshConfig } from '../../support/ssh-config.ts';
import { coded } from '../conformance/machine-harness.ts';
import { certify, startCertified } from './far-hosts.ts';
import { errorText } from '../../../src/domain/failure/error.ts';
import { rejectionOf } from '../../support/rejection-of.ts';

const folder = ownTemporaryFolder();
let host: PracticeHost;
let count = 0;
const hello = { argv: ['printf', '[%s]', 'hello'], timeoutMs: 20_000 } as const;
const printsHello = expect.objectContaining({ code: 0, stdout: '[hello]' });

function newFile(text: string): string {
  const path = join(folder, `file-${(count += 1)}`);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

const newKey = (type?: string): string => newKeyIn(folder, type);

aroundHost(async () => (host = await PracticeHost.start('f', folder)));

test('a host key that differs from the known one is transport.host-key-changed', async () => {
  const [type, key] = readFileSync(`${newKey()}.pub`, 'utf8').split(' ');
  const knownHostsFile = newFile(`[127.0.0.1]:${host.node.port} ${type} ${key}\n`);
  await expect(host.machine({ knownHostsFile }).run(hello)).rejects.toEqual(coded('transport.host-key-changed'));
});

test('a host whose known key is of a type that it does not have is transport.host-key-changed', async () => {
  const other = newKey('ecdsa');
  const [type, key] = readFileSync(`${other}.pub`, 'utf8').split(' ');
  await expect(host.machine({ knownHostsFile: newFile(`[127.0.0.1]:${host.node.port} ${type} ${key}\n`) }).run(hello)).rejects.toEqual(
    coded('transport.host-key-changed'),
  );
});

test('a revoked host key is refused even when it is also listed as known', async () => {
  const known = readFileSync(host.node.knownHostsFile, 'utf8');
  await expect(host.machine({ knownHostsFile: newFile(`${known}@revoked ${known}`) }).run(hello)).rejects.toEqual(
    coded('transport.host-key-changed'),
  );
});

test('an unknown host key is transport.host-key-unknown, with the command that adds it', async () => {
  const knownHostsFile = newFile('');
  const refused = host.machine({ knownHostsFile }).run(hello);
  await expect(refused).rejects.toEqual(coded('transport.host-key-unknown'));
  expect(errorText(await rejectionOf(refused))).toContain(`ssh-keyscan -p ${host.node.port} 127.0.0.1 >> ${knownHostsFile}`);
  await expect(refused).rejects.toThrow(execFileSync('ssh-keygen', ['-l', '-f', host.node.knownHostsFile], { encoding: 'utf8' }).split(' ')[1] ?? '');
});

test('a hashed known_hosts works', async () => {
  const knownHostsFile = newFile(readFileSync(host.node.knownHostsFile, 'utf8'));
  execFileSync('ssh-keygen', ['-H', '-f', knownHostsFile], { stdio: 'ignore' });
  expect(readFileSync(knownHostsFile, 'utf8')).toMatch(/^\|1\|/);
  expect(await host.machine({ knownHostsFile }).run(hello)).toEqual(printsHello);
});

test('a host certificate of a known authority is accepted, and one of another authority is refused', async () => {
  const [authority, other] = [newKey(), newKey()];
  const { configFile, port } = host.node;
  const before = readFileSync(configFile, 'utf8');
  const [, hostKey = ''] = /^HostKey (.*)$/m.exec(before) ?? [];
  execFileSync('ssh-keygen', ['-q', '-s', authority, '-I', 'host', '-h', '-n', '127.0.0.1', '-V', '+1h', `${hostKey}.pub`]);
  writeFileSync(configFile, `${before}HostCertificate ${hostKey}-cert.pub\n`);
  await host.killSshd();
  await host.startSshd();
  const trusting = (key: string) => newFile(`@cert-authority [127.0.0.1]:${port} ${readFileSync(`${key}.pub`, 'utf8')}`);
  try {
    const machine = host.machine({ knownHostsFile: trusting(authority) });
    expect(await machine.run(hello)).toEqual(printsHello);
    expect((await machine.probe()).through).toBe('host certificate');
    await expect(host.machine({ knownHostsFile: trusting(other) }).run(hello)).rejects.toEqual(coded('transport.host-key-unknown'));
  } finally {
    writeFileSync(configFile, before);
    await host.killSshd();
    await host.startSshd();
  }
});

test('an expired certificate is transport.authentication, and the message names the login', async () => {
  const certified = await startCertified(folder);
  try {
    await expect(certified.machine().run(hello)).resolves.toEqual(printsHello);
    certify(certified, '-2h:-1h');
    const refused = certified.machine().run(hello);
    await expect(refused).rejects.toEqual(coded('transport.authentication'));
    await expect(refused).rejects.toThrow(`${certified.node.user}@`);
  } finally {
    expect(await certified.remove()).toEqual([]);
  }
});

test('a login key that is not authorized is transport.authentication, and the message names the file', async () => {
  const identityFile = newKey();
  const refused = host.machine({ identityFile }).run(hello);
  await expect(refused).rejects.toEqual(coded('transport.authentication'));
  await expect(refused).rejects.toThrow(identityFile);
});

test('an identity file that is not there is transport.authentication', async () => {
  await expect(host.machine({ identityFile: join(folder, 'nowhere') }).run(hello)).rejects.toEqual(coded('transport.authentication'));
});

test('~/.ssh/config gives a host alias its name, port, user, key and known_hosts', async () => {
  const home = join(folder, 'home');
  mkdirSync(join(home, 'more'), { recursive: true, mode: 0o700 });
  copyFileSync(host.node.identityFile, join(home, 'id'));
  chmodSync(join(home, 'id'), 0o600);
  const { port, user, knownHostsFile } = host.node;
  const [, type, key] = readFileSync(knownHostsFile, 'utf8').split(' ');
  writeFileSync(join(home, 'known'), `the-ring ${type} ${key}`);
  const settings = {
    HostName: '127.0.0.1',
    Port: port,
    User: user,
    IdentityFile: join(home, 'id'),
    UserKnownHostsFile: join(home, 'known'),
    HostKeyAlias: 'the-ring',
  };
  writeFileSync(join(home, 'more', 'a'), hostBlock('ring-*', settings));
  const restore = useSshConfig(home, `Include ${join(home, 'more')}/*\n`);
  try {
    const machine = host.open({ type: 'ssh', host: 'ring-7' });
    expect(await machine.run(hello)).toEqual(printsHello);
    writeFileSync(join(home, 'known'), '');
    await expect(host.open({ type: 'ssh', host: 'ring-7' }).run(hello)).rejects.toEqual(coded('transport.host-key-unknown'));
  } finally {
    restore();
  }
});
