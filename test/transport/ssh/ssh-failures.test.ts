/**
 * Connections by npm ssh2 and by the system's ssh fail in each of these ways against a real sshd: refused, silent, killed, frozen, too many at once.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Machine } from '../../../src/transport/machine.ts';
import { aroundHost } from '../../support/around-host.ts';
import { ownTemporaryFolder, PracticeHost } from '../../support/practice-node.ts';
import { coded } from '../conformance/machine-harness.ts';
import { listenHere } from '../../support/listen-here.ts';
import { processes } from '../../support/processes.ts';
import { startCertified } from './far-hosts.ts';
import { until } from '../../support/eventually.ts';

const folder = ownTemporaryFolder();
const hello = { argv: ['printf', '[%s]', 'hello'], timeoutMs: 20_000 } as const;
const printsHello = expect.objectContaining({ code: 0, stdout: '[hello]' });

const worksSoon = (machine: Machine): Promise<boolean> =>
  until(
    () =>
      machine.run(hello).then(
        () => true,
        () => false,
      ),
    (works) => works,
    10_000,
  );

describe.each([
  ['ssh2', (): Promise<PracticeHost> => PracticeHost.start('f', folder), undefined],
  ["the system's ssh", (): Promise<PracticeHost> => startCertified(folder), expect.stringMatching(/^certificate /)],
])('%s', (_way, start, through) => {
  let host: PracticeHost;
  aroundHost(async () => (host = await start()));

  test('the probe reports this kind of connection', async () => {
    expect((await host.machine().probe()).through).toEqual(through);
  });

  test('an sshd that does not run is transport.unreachable at once, and not at the limit of the login', async () => {
    await host.killSshd();
    try {
      const machine = host.open(host.connect(), { loginMs: 600_000, commandMs: 600_000 });
      await expect(machine.run({ ...hello, timeoutMs: 600_000 })).rejects.toEqual(coded('transport.unreachable'));
    } finally {
      await host.startSshd();
    }
  });

  test('a server that accepts and sends nothing is transport.unreachable at the limit of the login', async () => {
    const port = await listenHere(() => undefined);
    const machine = host.open(host.connect({ port }), { loginMs: 3_000 });
    await expect(machine.run(hello)).rejects.toMatchObject({
      code: 'transport.unreachable',
      hint: { say: expect.stringContaining('limits.login') },
    });
  });

  test('a server that is not an sshd is transport.unreachable', async () => {
    const port = await listenHere((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await expect(host.machine({ port }).run(hello)).rejects.toEqual(coded('transport.unreachable'));
  });

  test('an sshd killed during a command is transport.connection-lost, and the next call works', async () => {
    const machine = host.machine();
    await machine.run(hello);
    const running = expect(machine.run({ argv: ['sleep', '20'], timeoutMs: 30_000 })).rejects.toEqual(coded('transport.connection-lost'));
    await until(
      () => host.sessions(),
      (pids) => pids.length > 0,
    );
    await sleep(500);
    host.killSessions();
    await running;
    await worksSoon(machine);
  });

  test('a frozen sshd is noticed before the limit of the command, and the next call works', async () => {
    const machine = host.machine();
    await machine.run(hello);
    const frozen = host.sessions();
    expect(frozen.length).toBeGreaterThan(0);
    for (const pid of frozen) process.kill(pid, 'SIGSTOP');
    try {
      await expect(machine.run({ ...hello, timeoutMs: 600_000 })).rejects.toEqual(coded('transport.connection-lost'));
      expect(await machine.run(hello)).toEqual(printsHello);
    } finally {
      for (const pid of frozen) process.kill(pid, 'SIGKILL');
    }
  });

  test('30 commands at once all succeed on a default sshd', async () => {
    const machine = host.machine();
    const results = await Promise.all(Array.from({ length: 30 }, (_, k) => machine.run({ argv: ['printf', '[%s]', String(k)], timeoutMs: 30_000 })));
    expect(results.map(({ stdout }) => stdout)).toEqual(Array.from({ length: 30 }, (_, k) => `[${k}]`));
  });

  test('long commands leave room for short ones', async () => {
    const machine = host.machine();
    const stop = new AbortController();
    const long = Array.from({ length: 8 }, () => machine.run({ argv: ['sleep', '600'], timeoutMs: 600_000, signal: stop.signal }));
    const sleeping = (): number => processes().filter(({ user, words }) => user === host.node.user && words[0] === 'sleep').length;
    await until(sleeping, (count) => count >= 3);
    await machine.probe();
    expect(sleeping(), 'no long command ended first').toBeGreaterThanOrEqual(3);
    stop.abort();
    await Promise.all(long.map((one) => expect(one).rejects.toEqual(coded('transport.cancelled'))));
  });

  test('40 machines that connect at once all succeed on a default sshd', async () => {
    const results = await Promise.all(Array.from({ length: 40 }, () => host.machine().run({ ...hello, timeoutMs: 50_000 })));
    expect(results).toHaveLength(40);
  });

  test('a node that is away gets no connection attempt within the backoff', async () => {
    let attempts = 0;
    const port = await listenHere((socket) => {
      attempts += 1;
      socket.destroy();
    });
    const machine = host.machine({ port });
    await expect(machine.run(hello)).rejects.toEqual(coded('transport.unreachable'));
    await Promise.all([1, 2, 3].map(() => expect(machine.run(hello)).rejects.toEqual(coded('transport.unreachable'))));
    expect(attempts).toBe(1);
    await until(
      () => machine.run(hello).catch(() => attempts),
      (times) => times === 2,
    );
  });

  test('a node that was away is reached soon after it is back', async () => {
    const machine = host.machine();
    await host.killSshd();
    await expect(machine.run(hello)).rejects.toEqual(coded('transport.unreachable'));
    await host.startSshd();
    await worksSoon(machine);
  });

  test('a closed machine does not connect again', async () => {
    const machine = host.machine();
    await machine.run(hello);
    await machine.close();
    await expect(machine.run(hello)).rejects.toEqual(coded('transport.cancelled'));
    await until(
      () => host.sessions(),
      (pids) => pids.length === 0,
    );
  });
});
