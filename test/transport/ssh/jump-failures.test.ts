/** Each failure on the way through a jump host has the right failure code, and no failure leaves a process or a file behind. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { closeLeftoverControls } from '../../../src/transport/ssh/control-socket.ts';
import { newKeyIn, publicKeyOf } from '../../support/new-key.ts';
import { aroundHost } from '../../support/around-host.ts';
import { leaksOf, ownTemporaryFolder } from '../../support/practice-node.ts';
import { repository } from '../../support/repository.ts';
import { coded } from '../conformance/machine-harness.ts';
import { processes } from '../../support/processes.ts';
import { type Behind, startBehind } from './far-hosts.ts';
import { errorText } from '../../../src/domain/failure/error.ts';
import { rejectionOf } from '../../support/rejection-of.ts';
import { until } from '../../support/eventually.ts';
import { ownerNamed } from '../../support/owner-named.ts';

const folder = ownTemporaryFolder();
const hello = { argv: ['printf', '[%s]', 'hello'], timeoutMs: 20_000 } as const;
const printsHello = expect.objectContaining({ code: 0, stdout: '[hello]' });
let behind: Behind;
const open = () => behind.host.open({ type: 'ssh', host: 'behind' });
const works = (machine = open()): Promise<boolean> =>
  machine.run(hello).then(
    () => true,
    () => false,
  );

/** Replaces the text of a file while a step runs. */
async function withText(path: string, text: string, step: () => Promise<void>): Promise<void> {
  const before = readFileSync(path, 'utf8');
  writeFileSync(path, text);
  try {
    await step();
  } finally {
    writeFileSync(path, before);
  }
}

const newPublicKey = (type: string): string => publicKeyOf(newKeyIn(folder, type));

aroundHost(async () => {
  behind = await startBehind(folder);
  return { closeMachines: () => behind.host.closeMachines(), remove: () => behind.remove() };
});

test('the node is reached through the jump host, and the probe reports it', async () => {
  expect((await open().probe()).through).toBe('proxyjump bastion');
  expect(behind.bastion.sessions().length).toBeGreaterThan(0);
});

test('a proxy command reaches the same node', async () => {
  const machine = behind.host.open({ type: 'ssh', host: 'tunnelled' });
  expect((await machine.probe()).through).toBe('proxycommand ssh');
  expect(await machine.run(hello)).toEqual(printsHello);
});

test.each(['bastion', 'host'] as const)(
  'a %s that does not run is transport.unreachable at once, and is reached again when it runs',
  async (which) => {
    await behind[which].killSshd();
    // The limit of the login is longer than the time of this test.
    const machine = behind.host.open({ type: 'ssh', host: 'behind' }, { loginMs: 600_000 });
    try {
      await expect(machine.run(hello)).rejects.toEqual(coded('transport.unreachable'));
    } finally {
      await behind[which].startSshd();
    }
    await until(() => works(machine), Boolean, 10_000);
  },
);

test('a login that the jump host refuses is transport.authentication and names it', async () => {
  await withText(behind.bastion.node.authorizedKeys, '', async () => {
    const refused = open().run(hello);
    await expect(refused).rejects.toEqual(coded('transport.authentication'));
    await expect(refused).rejects.toThrow(`${behind.bastion.node.user}@`);
  });
});

test('a login that the node refuses is transport.authentication and names it', async () => {
  await withText(behind.host.node.authorizedKeys, '', async () => {
    const refused = open().run(hello);
    await expect(refused).rejects.toEqual(coded('transport.authentication'));
    await expect(refused).rejects.toThrow(`${behind.host.node.user}@`);
  });
});

test('an unknown key of the node is transport.host-key-unknown, with its fingerprint and a command that can work', async () => {
  const { knownHostsFile } = behind.host.node;
  const [, print = ''] = execFileSync('ssh-keygen', ['-l', '-f', knownHostsFile], { encoding: 'utf8' }).split(' ');
  await withText(knownHostsFile, '', async () => {
    const refused = open().run(hello);
    await expect(refused).rejects.toEqual(coded('transport.host-key-unknown'));
    await expect(refused).rejects.toThrow(print);
    expect(errorText(await rejectionOf(refused))).toContain(`ssh -o UserKnownHostsFile=${knownHostsFile} -T behind true`);
    expect(readFileSync(knownHostsFile, 'utf8')).toBe('');
  });
});

test.each([
  ['another key of its kind', () => `[127.0.0.1]:${behind.host.node.port} ${newPublicKey('ed25519')}\n`],
  ['a key of another kind only', () => `[127.0.0.1]:${behind.host.node.port} ${newPublicKey('ecdsa')}\n`],
  [
    'its key as revoked',
    () => `${readFileSync(behind.host.node.knownHostsFile, 'utf8')}@revoked ${readFileSync(behind.host.node.knownHostsFile, 'utf8')}`,
    (): string => 'removing the line with @revoked from ',
  ],
])(
  'a node of which known_hosts has %s is transport.host-key-changed',
  async (_what, text, fix = (): string => `ssh-keygen -R '[127.0.0.1]:${behind.host.node.port}'`) => {
    await withText(behind.host.node.knownHostsFile, text(), async () => {
      const refused = open().run(hello);
      await expect(refused).rejects.toEqual(coded('transport.host-key-changed'));
      expect(errorText(await rejectionOf(refused))).toContain(fix());
    });
  },
);

test('a jump host with an unknown or a changed key is refused without a question', async () => {
  const { knownHostsFile, port } = behind.bastion.node;
  await withText(knownHostsFile, '', async () => {
    await expect(open().run(hello)).rejects.toEqual(coded('transport.host-key-unknown'));
    expect(readFileSync(knownHostsFile, 'utf8')).toBe('');
  });
  await withText(knownHostsFile, `[127.0.0.1]:${port} ${newPublicKey('ed25519')}\n`, async () => {
    const refused = open().run(hello);
    await expect(refused).rejects.toEqual(coded('transport.host-key-changed'));
    await expect(refused).rejects.toThrow(`[127.0.0.1]:${port}`);
  });
});

test('a jump host that dies during a command is transport.connection-lost, and the next call works', async () => {
  const machine = open();
  await machine.run(hello);
  const running = expect(machine.run({ argv: ['sleep', '5'], timeoutMs: 30_000 })).rejects.toEqual(coded('transport.connection-lost'));
  await until(() => processes().some(({ user, words }) => user === behind.host.node.user && words[0] === 'sleep'), Boolean);
  behind.bastion.killSessions();
  await running;
  await until(() => works(machine), Boolean, 10_000);
});

test('20 machines that connect at once share the connect limit of their jump host', async () => {
  const results = await Promise.all(Array.from({ length: 20 }, () => open().run({ ...hello, timeoutMs: 50_000 })));
  expect(results).toHaveLength(20);
});

test('with MaxSessions 2, commands wait and retry until all have run', async () => {
  appendFileSync(behind.host.node.configFile, 'MaxSessions 2\n');
  await behind.host.killSshd();
  await behind.host.startSshd();
  const machine = open();
  const results = await Promise.all(Array.from({ length: 10 }, (_, k) => machine.run({ argv: ['printf', String(k)], timeoutMs: 20_000 })));
  expect(results.map(({ stdout }) => stdout)).toEqual(Array.from({ length: 10 }, (_, k) => String(k)));
});

test('a program that a signal ended differs from one that exited with 137', async () => {
  const machine = open();
  expect(await machine.run({ argv: ['sh', '-c', 'kill -9 $$'], timeoutMs: 20_000 })).toMatchObject({ code: null, signal: 'SIGKILL' });
  expect(await machine.run({ argv: ['sh', '-c', 'exit 137'], timeoutMs: 20_000 })).toMatchObject({ code: 137, signal: null });
});

test('bytes that fill many windows return unchanged', async () => {
  const stdin = Buffer.alloc(9_000_000, 'ringmaster\n');
  const { stdout } = await open().run({ argv: ['cat'], stdin, timeoutMs: 30_000, outputBytesMax: 10_000_000 });
  expect(stdout.length).toBe(stdin.length);
  expect(Buffer.from(stdout).equals(stdin)).toBe(true);
});

test('the masters of a killed process are found by the name of the cluster and ended', async () => {
  const program = `
    const { openMachine } = await import(${JSON.stringify(join(repository, 'dist/src/transport/open-machine.js'))});
    const machine = openMachine(${JSON.stringify({ node: 'n', owner: ownerNamed(behind.host.cluster), folder: behind.host.node.folder, connect: { type: 'ssh', host: 'behind' } })});
    const { through } = await machine.probe();
    console.log(through);
    setInterval(() => undefined, 1_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [printed] = (await once(child.stdout, 'data')) as [Buffer];
  expect(printed.toString()).toBe('proxyjump bastion\n');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await closeLeftoverControls(behind.host.cluster)).toBe(1);
  expect(await leaksOf(behind.host.cluster)).toEqual([]);
  await until(
    () => [...behind.bastion.sessions(), ...behind.host.sessions()],
    (pids) => pids.length === 0,
  );
});

test('a closed machine leaves no master and does not connect again', async () => {
  const machine = open();
  expect(await machine.run(hello)).toEqual(printsHello);
  await machine.close();
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith('rm-ssh-'))).toEqual([]);
  await expect(machine.run(hello)).rejects.toEqual(coded('transport.cancelled'));
});
