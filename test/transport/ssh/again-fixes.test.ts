/** The fixes that say "again", and the fix of a node without sshd, work on the same machine when they are followed to the letter. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { expect, test, vi } from 'vitest';
import type { RingmasterError } from '../../../src/domain/failure/error.ts';
import { ConcurrencyLimiter } from '../../../src/transport/ssh/concurrency-limiter.ts';
import { aroundConfiguredHost } from '../../support/around-configured-host.ts';
import { until } from '../../support/eventually.ts';
import { freePort } from '../../support/free-ports.ts';
import { listenHere } from '../../support/listen-here.ts';
import { ownTemporaryFolder, PracticeHost } from '../../support/practice-node.ts';
import { processes } from '../../support/processes.ts';
import { rejectionOf } from '../../support/rejection-of.ts';
import { coded } from '../conformance/machine-harness.ts';
import { blockOf } from './far-hosts.ts';
import { again, hello } from './say-hello.ts';

vi.setConfig({ testTimeout: 60_000 });
const folder = ownTemporaryFolder();
const at = aroundConfiguredHost(folder, () => PracticeHost.start('a', folder));

const ways = ['ssh2', 'the system’s ssh'] as const;
const moreOf = (by: (typeof ways)[number]) => (by === 'ssh2' ? {} : { AddressFamily: 'inet' });
const refusal = async (step: Promise<unknown>): Promise<RingmasterError> => (await rejectionOf(step)) as RingmasterError;
async function restart(more: string): Promise<void> {
  const { configFile: sshd } = at.host.node;
  writeFileSync(sshd, `${readFileSync(sshd, 'utf8').replace(/^MaxStartups .*\n/m, '')}${more}`);
  await at.host.killSshd();
  await at.host.startSshd();
}

/** Opens a connection that does not log in. sshd can still count the connections before it for a moment. */
async function holdConnection(): Promise<Socket> {
  const open = async (): Promise<Socket | undefined> => {
    const socket = connect(at.host.node.port, '127.0.0.1').on('error', () => undefined);
    const [greeting] = (await once(socket, 'data')) as [Buffer];
    if (greeting.toString().startsWith('SSH-')) return socket;
    socket.destroy();
    return undefined;
  };
  return (await until(open, (socket) => socket !== undefined)) as Socket;
}

test.each(ways)(
  'an sshd that takes no further connection: %s fails with transport.busy, and works again when the others are logged in',
  async (by) => {
    writeFileSync(at.configFile, blockOf(at.host, 'here', moreOf(by)));
    await restart('MaxStartups 1:100:1\n');
    const other = await holdConnection();
    const machine = at.host.open({ type: 'ssh', host: 'here' });
    const failure = await refusal(hello(machine));
    expect(failure).toEqual(coded('transport.busy'));
    expect(failure.message).toContain('Exceeded MaxStartups');
    expect(failure.hint?.say).toBe('again in a moment');
    other.destroy();
    await again(machine);
    await restart('');
  },
);

test('a node without sshd: transport.unreachable, and each of the two fixes works', async () => {
  await at.host.killSshd();
  const machine = at.host.machine();
  const failure = await refusal(hello(machine));
  expect(failure).toEqual(coded('transport.unreachable'));
  expect(failure.message).toContain('ECONNREFUSED');
  expect(failure.hint?.say).toBe('starting sshd there, or checking the address in the cluster file');
  await at.host.startSshd();
  await again(machine);
  const wrong = await refusal(hello(at.host.machine({ port: await freePort() })));
  expect(wrong.hint?.say).toBe(failure.hint?.say);
  expect(await hello(at.host.machine({ port: at.host.node.port }))).toBe('hello');
});

test.each(ways)('a connection that is lost during a command over %s: transport.connection-lost, and the same machine works again', async (by) => {
  writeFileSync(at.configFile, blockOf(at.host, 'here', moreOf(by)));
  const machine = at.host.open({ type: 'ssh', host: 'here' });
  await hello(machine);
  const long = `12.${process.pid}`;
  const running = refusal(machine.run({ argv: ['sleep', long], timeoutMs: 50_000 }));
  await until(
    () => processes().some(({ words }) => words[0] === 'sleep' && words[1] === long),
    (runs) => runs,
  );
  at.host.killSessions();
  const failure = await running;
  expect(failure).toEqual(coded('transport.connection-lost'));
  expect(failure.hint?.say).toBe('again in a moment: Ringmaster connects again by itself');
  await again(machine);
});

test('a host that closes the connection at once: transport.unreachable, and the same machine works again', async () => {
  let isOpen = false;
  const port = await listenHere((near) => {
    if (!isOpen) return void near.end();
    const far = connect(at.host.node.port, '127.0.0.1').on('error', () => undefined);
    near.on('close', () => far.destroy());
    near.pipe(far).pipe(near);
  });
  writeFileSync(
    at.configFile,
    blockOf(at.host, 'here', { HostKeyAlias: `[127.0.0.1]:${at.host.node.port}` }).replace(/ {2}Port .*/, `  Port ${port}`),
  );
  const machine = at.host.open({ type: 'ssh', host: 'here' });
  const failure = await refusal(hello(machine));
  expect(failure).toEqual(coded('transport.unreachable'));
  // The command of the fix shows the same fault, and works when the fault is gone. `listenHere` needs this thread meanwhile.
  const byHand = (): Promise<number | null> =>
    new Promise((ended) => spawn('sh', ['-c', failure.hint?.run ?? 'exit 99'], { stdio: 'ignore' }).on('exit', ended));
  expect(await byHand()).toBe(255);
  isOpen = true;
  expect(await byHand()).toBe(0);
  await again(machine);
});

test('more requests than may wait: transport.busy, and a request works again when the others have ended', async () => {
  const limiter = new ConcurrencyLimiter(1, 1);
  let endFirst: () => void = () => undefined;
  const first = limiter.run(60_000, () => new Promise<void>((end) => (endFirst = end)));
  const second = limiter.run(60_000, async () => 'second');
  const failure = await refusal(limiter.run(60_000, async () => 'third'));
  expect(failure).toEqual(coded('transport.busy'));
  expect(failure.hint?.say).toBe('again in a moment');
  endFirst();
  await first;
  expect([await second, await limiter.run(60_000, async () => 'third')]).toEqual(['second', 'third']);
});
