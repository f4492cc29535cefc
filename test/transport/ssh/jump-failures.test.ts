/** What can go wrong on the way through a jump host, and what is left behind: nothing. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { closeLeftoverControls } from '../../../src/transport/ssh/control-socket.ts';
import { aroundHost } from '../../support/around-host.ts';
import { leaksOf, ownTemporaryFolder } from '../../support/practice-node.ts';
import { repository } from '../../support/repository.ts';
import { coded, until } from '../conformance/bench.ts';
import { processes } from '../processes.ts';
import { type Behind, startBehind } from './far-hosts.ts';

const folder = ownTemporaryFolder();
const hello = { argv: ['printf', '[%s]', 'hello'], timeoutMs: 20_000 } as const;
const answersHello = expect.objectContaining({ code: 0, stdout: '[hello]' });
let way: Behind;
const open = () => way.host.open({ type: 'ssh', host: 'behind' });
const works = (machine = open()): Promise<boolean> =>
  machine.run(hello).then(
    () => true,
    () => false,
  );

/** Puts another text into a file for the length of a step. */
async function changed(path: string, text: string, step: () => Promise<void>): Promise<void> {
  const before = readFileSync(path, 'utf8');
  writeFileSync(path, text);
  try {
    await step();
  } finally {
    writeFileSync(path, before);
  }
}

function newPublicKey(type: string): string {
  const path = join(folder, `key-${type}-${Math.random()}`);
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-f', path]);
  return readFileSync(`${path}.pub`, 'utf8').split(' ').slice(0, 2).join(' ');
}

aroundHost(async () => {
  way = await startBehind(folder);
  return { closeMachines: () => way.host.closeMachines(), remove: () => way.remove() };
});

test('it goes through the jump host, and says so', async () => {
  expect((await open().probe()).through).toBe('proxyjump bastion');
  expect(way.bastion.sessions().length).toBeGreaterThan(0);
});

test('a proxy command is another way to the same node', async () => {
  const machine = way.host.open({ type: 'ssh', host: 'tunnelled' });
  expect((await machine.probe()).through).toBe('proxycommand ssh');
  expect(await machine.run(hello)).toEqual(answersHello);
});

test.each(['bastion', 'host'] as const)('a %s that does not run is transport.unreachable, at once, and found when it is back', async (which) => {
  await way[which].killSshd();
  const machine = open();
  try {
    const beganAt = performance.now();
    await expect(machine.run(hello)).rejects.toEqual(coded('transport.unreachable'));
    expect(performance.now() - beganAt).toBeLessThan(3_000);
  } finally {
    await way[which].startSshd();
  }
  await until(() => works(machine), Boolean, 10_000);
});

test('a login that the jump host refuses is transport.authentication and names it', async () => {
  await changed(join(way.bastion.node.home, '.ssh', 'authorized_keys'), '', async () => {
    const refused = open().run(hello);
    await expect(refused).rejects.toEqual(coded('transport.authentication'));
    await expect(refused).rejects.toThrow(`${way.bastion.node.user}@`);
  });
});

test('a login that the node refuses is transport.authentication and names it', async () => {
  await changed(join(way.host.node.home, '.ssh', 'authorized_keys'), '', async () => {
    const refused = open().run(hello);
    await expect(refused).rejects.toEqual(coded('transport.authentication'));
    await expect(refused).rejects.toThrow(`${way.host.node.user}@`);
  });
});

test('an unknown key of the node is transport.host-key-unknown, with its fingerprint and a command that can work', async () => {
  const { knownHostsFile } = way.host.node;
  const [, print = ''] = execFileSync('ssh-keygen', ['-l', '-f', knownHostsFile], { encoding: 'utf8' }).split(' ');
  await changed(knownHostsFile, '', async () => {
    const refused = open().run(hello);
    await expect(refused).rejects.toEqual(coded('transport.host-key-unknown'));
    await expect(refused).rejects.toThrow(print);
    await expect(refused).rejects.toThrow(`ssh -o UserKnownHostsFile=${knownHostsFile} behind true`);
    expect(readFileSync(knownHostsFile, 'utf8')).toBe('');
  });
});

test.each([
  ['another key of its kind', () => `[127.0.0.1]:${way.host.node.port} ${newPublicKey('ed25519')}\n`],
  ['a key of another kind only', () => `[127.0.0.1]:${way.host.node.port} ${newPublicKey('ecdsa')}\n`],
  ['its key as revoked', () => `${readFileSync(way.host.node.knownHostsFile, 'utf8')}@revoked ${readFileSync(way.host.node.knownHostsFile, 'utf8')}`],
])('a node of which known_hosts has %s is transport.host-key-changed', async (_what, text) => {
  await changed(way.host.node.knownHostsFile, text(), async () => {
    const refused = open().run(hello);
    await expect(refused).rejects.toEqual(coded('transport.host-key-changed'));
    await expect(refused).rejects.toThrow(`ssh-keygen -R '[127.0.0.1]:${way.host.node.port}'`);
  });
});

test('a jump host with an unknown or a changed key is not asked about, and not passed', async () => {
  const { knownHostsFile, port } = way.bastion.node;
  await changed(knownHostsFile, '', async () => {
    await expect(open().run(hello)).rejects.toEqual(coded('transport.host-key-unknown'));
    expect(readFileSync(knownHostsFile, 'utf8')).toBe('');
  });
  await changed(knownHostsFile, `[127.0.0.1]:${port} ${newPublicKey('ed25519')}\n`, async () => {
    const refused = open().run(hello);
    await expect(refused).rejects.toEqual(coded('transport.host-key-changed'));
    await expect(refused).rejects.toThrow(`[127.0.0.1]:${port}`);
  });
});

test('the jump host dying in mid-command is transport.connection-lost, and the next call works', async () => {
  const machine = open();
  await machine.run(hello);
  const running = expect(machine.run({ argv: ['sleep', '5'], timeoutMs: 30_000 })).rejects.toEqual(coded('transport.connection-lost'));
  await until(() => processes().some(({ user, words }) => user === way.host.node.user && words[0] === 'sleep'), Boolean);
  for (const pid of way.bastion.sessions()) process.kill(pid, 'SIGKILL');
  await running;
  await until(() => works(machine), Boolean, 10_000);
});

test('20 machines at once share the door of one jump host', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => open().run({ ...hello, timeoutMs: 50_000 })));
  expect(answers).toHaveLength(20);
});

test('a node that opens two sessions only is asked again, until all have run', async () => {
  appendFileSync(way.host.node.configFile, 'MaxSessions 2\n');
  await way.host.killSshd();
  await way.host.startSshd();
  const machine = open();
  const answers = await Promise.all(Array.from({ length: 10 }, (_, k) => machine.run({ argv: ['printf', String(k)], timeoutMs: 20_000 })));
  expect(answers.map(({ stdout }) => stdout)).toEqual(Array.from({ length: 10 }, (_, k) => String(k)));
});

test('a program that a signal ended is told from one that said 137', async () => {
  const machine = open();
  expect(await machine.run({ argv: ['sh', '-c', 'kill -9 $$'], timeoutMs: 20_000 })).toMatchObject({ code: null, signal: 'SIGKILL' });
  expect(await machine.run({ argv: ['sh', '-c', 'exit 137'], timeoutMs: 20_000 })).toMatchObject({ code: 137, signal: null });
});

test('bytes of many windows come back as they went', async () => {
  const stdin = Buffer.alloc(9_000_000, 'ringmaster\n');
  const { stdout } = await open().run({ argv: ['cat'], stdin, timeoutMs: 30_000, outputBytesMax: 10_000_000 });
  expect(stdout.length).toBe(stdin.length);
  expect(Buffer.from(stdout).equals(stdin)).toBe(true);
});

test('what a killed process of the cluster left is found by the cluster and ended', async () => {
  const program = `
    const { openMachine } = await import(${JSON.stringify(join(repository, 'dist/src/transport/open-machine.js'))});
    const machine = openMachine(${JSON.stringify({ node: 'n', cluster: way.host.cluster, folder: way.host.node.folder, connect: { type: 'ssh', host: 'behind' } })});
    const { through } = await machine.probe();
    console.log(through);
    setInterval(() => undefined, 1_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  expect(said.toString()).toBe('proxyjump bastion\n');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await closeLeftoverControls(way.host.cluster)).toBe(1);
  expect(await leaksOf(way.host.cluster)).toEqual([]);
  await until(
    () => [...way.bastion.sessions(), ...way.host.sessions()],
    (pids) => pids.length === 0,
  );
});

test('a closed machine leaves no master and does not come back', async () => {
  const machine = open();
  expect(await machine.run(hello)).toEqual(answersHello);
  await machine.close();
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith('rm-ssh-'))).toEqual([]);
  await expect(machine.run(hello)).rejects.toEqual(coded('job.cancelled'));
});
