/**
 * The fixes of a node that opens no session, of a login that is silent, and of an option of ssh that Ringmaster never follows. A limit of the cluster
 * file is followed in a cluster file.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { parseCluster } from '../../../src/config/load-cluster.ts';
import type { RingmasterError } from '../../../src/domain/failure/error.ts';
import { sentenceOf } from '../../../src/domain/failure/sentence.ts';
import type { Machine } from '../../../src/transport/machine.ts';
import { aroundConfiguredHost } from '../../support/around-configured-host.ts';
import { until } from '../../support/eventually.ts';
import { ownTemporaryFolder, PracticeHost, type SshConnect } from '../../support/practice-node.ts';
import { rejectionOf } from '../../support/rejection-of.ts';
import { coded } from '../conformance/machine-harness.ts';
import { blockOf } from './far-hosts.ts';

const folder = ownTemporaryFolder();
/** Each login runs this file first, as a shell runs a start-up file. It works without root too. */
const startFile = ({ node }: PracticeHost): string => join(node.home, 'start');
const beginLogins = (line: string, host = at.host): void => writeFileSync(startFile(host), `${line}\n`);
const { HOME: home } = process.env;
const at = aroundConfiguredHost(folder, async () => {
  const started = await PracticeHost.start('s', folder);
  const keys = started.node.authorizedKeys;
  beginLogins('', started);
  writeFileSync(keys, `command=". ${startFile(started)}; eval \\"$SSH_ORIGINAL_COMMAND\\"" ${readFileSync(keys, 'utf8')}`);
  return started;
});
afterEach(() => void (process.env['HOME'] = home));

const refusal = async (step: Promise<unknown>): Promise<RingmasterError> => (await rejectionOf(step)) as RingmasterError;
const say = ({ hint }: RingmasterError): string => hint?.say ?? '';
const hello = async (machine: Machine, timeoutMs = 60_000): Promise<string> => (await machine.run({ argv: ['printf', 'hello'], timeoutMs })).stdout;

/** Sets an option in sshd_config and makes sshd read the file again. Connections that are open keep their options. */
async function setSshd(option: string, value: number): Promise<void> {
  const { configFile: sshd } = at.host.node;
  const lines = readFileSync(sshd, 'utf8').split('\n');
  writeFileSync(sshd, [...lines.filter((line) => line !== '' && !line.startsWith(`${option} `)), `${option} ${value}`, ''].join('\n'));
  await at.host.killSshd();
  await at.host.startSshd();
}

/** Opens the node of a cluster file. `ssh` and `limits` are the texts of these keys. */
function fromFile(ssh: Partial<SshConnect>, limits: string): Machine {
  const { type: _, ...keys } = { ...at.host.connect(), ...ssh };
  const text = `cluster: lab\nstate: ${folder}/state\nnodes:\n  - { id: s, ssh: ${JSON.stringify(keys)}, limits: ${limits} }\n`;
  const [node] = parseCluster(text, join(folder, 'cluster.yaml')).nodes;
  if (node?.connect.type !== 'ssh') throw new Error('the file has no node');
  return at.host.open(node.connect, node.limits);
}

test.each(['ssh2', 'the system’s ssh'])('MaxSessions is reached over %s: transport.busy, and a higher MaxSessions works', async (by) => {
  writeFileSync(at.configFile, blockOf(at.host, 'here', by === 'ssh2' ? {} : { AddressFamily: 'inet' }));
  await setSshd('MaxSessions', 0);
  const machine = at.host.open({ type: 'ssh', host: 'here' });
  const failure = await refusal(hello(machine));
  expect(failure).toEqual(coded('transport.busy'));
  expect(failure.message).toContain('its sshd opens no session on this connection');
  const [, option = ''] = /^raising (\w+) in the sshd_config there and reloading sshd\b/.exec(say(failure)) ?? [];
  expect(option, say(failure)).not.toBe('');
  await setSshd(option, 10);
  // The machine connects again by itself after a pause.
  await until(
    () => hello(machine).catch(() => ''),
    (text) => text === 'hello',
    30_000,
  );
});

test('a login that prints nothing and is slow: transport.timeout, and a longer limit in the cluster file works', async () => {
  beginLogins('sleep 2');
  const failure = await refusal(hello(fromFile({}, '{ login: 1s }')));
  expect(failure).toEqual(coded('transport.timeout'));
  expect(failure.message).toContain('its login printed nothing and did not start our program within 1 s');
  const [, key] = /^a longer `limits\.(\w+)` for the node in the cluster file/.exec(say(failure)) ?? [];
  expect(key, say(failure)).toBeDefined();
  expect(await hello(fromFile({}, `{ ${key}: 20s }`))).toBe('hello');
  beginLogins('');
});

test('a start-up file that becomes slow on an open connection: transport.timeout, and longer limits in the cluster file work', async () => {
  const probe = async (limits: string): Promise<unknown> => {
    const machine = fromFile({}, limits);
    await hello(machine);
    beginLogins('sleep 4');
    return machine.probe().finally(() => beginLogins(''));
  };
  const failure = await refusal(probe('{ probe: 2s }'));
  expect(failure).toEqual(coded('transport.timeout'));
  const [, key = ''] = /longer `limits\.(probe)` and `limits\.command` for the node in the cluster file/.exec(say(failure)) ?? [];
  expect(await probe(`{ ${key}: 14s }`)).toMatchObject({ workerAlive: false });
});

test('a start-up file that becomes slow before a short command: transport.timeout, and a longer limit in the cluster file works', async () => {
  const read = async (limits: string): Promise<string> => {
    const machine = fromFile({}, limits);
    await machine.run({ argv: ['sh', '-c', 'echo text >file'], timeoutMs: 60_000 });
    beginLogins('sleep 7');
    return machine
      .read('file', { bytesMax: 100 })
      .then(String)
      .finally(() => beginLogins(''));
  };
  const failure = await refusal(read('{ command: 5s }'));
  expect(failure).toEqual(coded('transport.timeout'));
  expect(failure.message).toContain('its login did not start our program within 5000 ms');
  const [, key = ''] = /longer `limits\.probe` and `limits\.(command)` for the node in the cluster file/.exec(say(failure)) ?? [];
  expect(await read(`{ ${key}: 30s }`)).toBe('text\n');
});

test('a program that a slow node does not end in time: transport.timeout, and each of the two fixes works', async () => {
  const bin = mkdtempSync(join(folder, 'bin-'));
  chmodSync(bin, 0o755);
  writeFileSync(join(bin, 'df'), '#!/bin/sh\nsleep 5\nexec /usr/bin/env PATH=/usr/bin:/bin df "$@"\n', { mode: 0o755 });
  const slow = (): void => beginLogins(`PATH=${bin}:$PATH; export PATH`);
  const probe = (limits: string): Promise<unknown> => fromFile({}, limits).probe();
  slow();
  const failure = await refusal(probe('{ probe: 3s }'));
  expect(failure).toEqual(coded('transport.timeout'));
  expect(failure.message).toContain('it did not end within 3000 ms');
  const [, key = ''] =
    /^again when the node is less busy, or longer `limits\.(probe)` and `limits\.command` for the node in the cluster file$/.exec(say(failure)) ?? [];
  expect(key, say(failure)).not.toBe('');
  expect(await probe(`{ ${key}: 14s }`)).toMatchObject({ workerAlive: false });
  beginLogins('');
  expect(await probe('{ probe: 3s }')).toMatchObject({ workerAlive: false });
});

test('a quicker start-up file works as well, on the same connection', async () => {
  const machine = fromFile({}, '{ probe: 2s }');
  await hello(machine);
  beginLogins('sleep 4');
  expect(say(await refusal(machine.probe()))).toMatch(/^a quicker start-up file there, or /);
  beginLogins('');
  expect(await machine.probe()).toMatchObject({ workerAlive: false });
});

test('a start-up file that takes longer than the usual limit of a login: the ConnectTimeout of the user holds for it too', async () => {
  const once = join(folder, 'once');
  writeFileSync(once, '', { mode: 0o666 });
  writeFileSync(at.configFile, blockOf(at.host, 'patient', { ConnectTimeout: 30 }));
  beginLogins(`if [ -e ${once} ]; then rm -f ${once}; sleep 21; fi`);
  chmodSync(folder, 0o777);
  expect(await hello(at.host.open({ type: 'ssh', host: 'patient' }))).toBe('hello');
  expect(existsSync(once)).toBe(false);
  beginLogins('');
});

/** Gives the host `here` these options in place of its file of known hosts. */
const knowBy = (options: Readonly<Record<string, string>>): void => {
  const block = blockOf(at.host, 'here').replace(/ {2}UserKnownHostsFile .*\n/, '');
  const lines = Object.entries(options).map(([option, value]) => `  ${option} ${value}\n`);
  writeFileSync(
    at.configFile,
    block.replace('\n', () => `\n${lines.join('')}`),
  );
};
const nothing = { UserKnownHostsFile: 'none', GlobalKnownHostsFile: 'none' };
test.each([
  [
    'transport.ssh-option',
    { StrictHostKeyChecking: 'no', UserKnownHostsFile: '/dev/null' },
    /does not follow StrictHostKeyChecking no \(.* line 2\)/,
  ],
  ['transport.host-key-unknown', { UserKnownHostsFile: '/dev/null' }, /is not in \/dev\/null/],
  ['transport.host-key-unknown', nothing, /is not in any file of known hosts, because ssh reads none/],
  ['transport.host-key-unknown', { ...nothing, AddressFamily: 'inet' }, /is not in any file of known hosts, because ssh reads none/],
])('known hosts that nothing keeps: %s, and the two steps of the fix work with %o', async (code, options, says) => {
  // The home folder has no folder .ssh.
  const ownHome = mkdtempSync(join(folder, 'home-'));
  process.env['HOME'] = ownHome;
  knowBy(options);
  const how: SshConnect = { type: 'ssh', host: 'here' };
  const failure = await refusal(hello(at.host.open(how)));
  expect(failure).toEqual(coded(code));
  expect(sentenceOf(failure)).toMatch(says);
  expect(spawnSync('sh', ['-c', failure.hint?.run ?? 'exit 99']).status).toBe(0);
  const [, file = '', key = ''] = /naming (\S+) as `ssh\.(\w+)` of the node in the cluster file/.exec(say(failure)) ?? [];
  const keys = { ...how, port: undefined, user: undefined, identityFile: undefined, knownHostsFile: undefined } as unknown as Partial<SshConnect>;
  expect(await hello(fromFile({ ...keys, [key]: file }, '{}'))).toBe('hello');
});

test('a file of known hosts in a folder that is not there: the command of the fix works', async () => {
  const known = join(mkdtempSync(join(folder, 'known-')), 'no such', 'known');
  knowBy({ UserKnownHostsFile: `"${known}"` });
  const machine = at.host.open({ type: 'ssh', host: 'here' });
  const failure = await refusal(hello(machine));
  expect(failure).toEqual(coded('transport.host-key-unknown'));
  expect(spawnSync('sh', ['-c', failure.hint?.run ?? 'exit 99']).status).toBe(0);
  expect(await hello(at.host.open({ type: 'ssh', host: 'here' }))).toBe('hello');
});
