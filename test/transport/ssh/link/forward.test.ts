/** Tests the forward of a link, by npm ssh2 and by the system's ssh: sshd listens on the node's loopback, and a server at home gets the connections. */
import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, closeSync, openSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLink } from '../../../../src/transport/ssh/link/open-link.ts';
import type { ForwardRequest, Link } from '../../../../src/transport/ssh/link/link.ts';
import { tunnelFull } from '../../../../src/transport/ssh/tunnel/tunnel-failure.ts';
import { tunnelLimits } from '../../../../src/transport/limits.ts';
import { aroundHost } from '../../../support/around-host.ts';
import { eventually } from '../../../support/eventually.ts';
import { ownTemporaryFolder, PracticeHost } from '../../../support/practice-node.ts';
import { startCertified } from '../far-hosts.ts';

ownTemporaryFolder();

let home: Server;
const to = { host: '127.0.0.1', port: 0 };
beforeAll(async () => {
  home = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.pipe(socket);
  });
  await new Promise<void>((done) => home.listen(0, '127.0.0.1', done));
  to.port = (home.address() as { port: number }).port;
});
afterAll(() => new Promise((done) => home.close(done)));

/** Sends a text to a port of the node and returns what comes back, or '' when the connection is refused or ends without a byte. */
const echo = (port: number, text: string): Promise<string> =>
  new Promise((resolve) => {
    let got = '';
    const socket = connect({ host: '127.0.0.1', port }, () => socket.write(text));
    socket.on('data', (chunk: Buffer) => {
      got += chunk.toString();
      if (got.length >= text.length) socket.end();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(got));
  });

const portOf = async (link: Link, request: ForwardRequest): Promise<number> => {
  const forward = await link.forward(request);
  if (forward === 'refused') throw new Error('sshd refused the forward');
  return forward.port;
};

describe.each([
  ['npm ssh2', () => PracticeHost.start('f', tmpdir())],
  ["the system's ssh", () => startCertified(tmpdir(), '/bin/sh')],
] as const)('%s', (_, start) => {
  let host: PracticeHost;
  aroundHost(async () => (host = await start()));
  const open = (): Promise<Link> => openLink('f', 'cluster', host.connect());

  test('sshd chooses a port, carries both ways, and frees the port with the link, which then can be asked for again', async () => {
    const first = await open();
    const port = await portOf(first, { port: 0, to });
    const long = 'x'.repeat(300_000);
    expect(await echo(port, long)).toBe(long);
    expect(await Promise.all([1, 2, 3].map((one) => echo(port, `hello ${one}`)))).toEqual(['hello 1', 'hello 2', 'hello 3']);
    const second = await open();
    expect(await second.forward({ port, to })).toBe('refused');
    expect(await portOf(second, { port: 0, to })).not.toBe(port);
    await first.close();
    await eventually('the port is free', async () => (await second.forward({ port, to })) !== 'refused', { limitMs: 20_000, everyMs: 200 });
    expect(await echo(port, 'again')).toBe('again');
    await second.close();
    await expect(second.forward({ port: 0, to })).rejects.toThrow(/Not connected|No such file/);
  });

  test('a stopped forward takes no connection, and a server that is not there ends the connection', async () => {
    const link = await open();
    const forward = await link.forward({ port: 0, to });
    if (forward === 'refused') throw new Error('sshd refused the forward');
    await forward.stop();
    expect(await echo(forward.port, 'nobody')).toBe('');
    const nowhere = await portOf(link, { port: 0, to: { host: '127.0.0.1', port: 1 } });
    expect(await echo(nowhere, 'nobody')).toBe('');
    await link.close();
  });

  test('an sshd that forwards nothing refuses', async () => {
    appendFileSync(host.node.configFile, 'AllowTcpForwarding no\n');
    await host.killSshd();
    await host.startSshd();
    const link = await open();
    expect(await link.forward({ port: 0, to })).toBe('refused');
    await link.close();
  });
});

describe.each([
  ['npm ssh2', () => PracticeHost.start('g', tmpdir())],
  ["the system's ssh", () => startCertified(tmpdir(), '/bin/sh')],
] as const)('by %s', (_, start) => {
  let host: PracticeHost;
  aroundHost(async () => (host = await start()));

  test('the number of connections at a time is bounded, and a connection that ends makes room', async () => {
    const link = await openLink('g', 'cluster', host.connect());
    let dropped = 0;
    const port = await portOf(link, { port: 0, to, onFull: () => (dropped += 1) });
    const held = Array.from({ length: tunnelLimits.connectionsMax }, () => connect({ host: '127.0.0.1', port }));
    for (const socket of held) socket.on('error', () => undefined).write('x');
    await eventually('all are connected', async () => held.every((socket) => socket.bytesRead > 0), { limitMs: 20_000, everyMs: 50 });
    expect(dropped).toBe(0);
    expect(await echo(port, 'one too many')).toBe('');
    expect(dropped).toBe(1);
    held[0]?.destroy();
    await eventually('there is room', async () => (await echo(port, 'room')) === 'room', { limitMs: 20_000, everyMs: 100 });
    for (const socket of held) socket.destroy();
    await link.close();
  });

  test('worker.tunnel-full: the programs that the command of the fix names hold the tunnel, and their end makes room', async () => {
    const link = await openLink('g', 'cluster', host.connect());
    let dropped = 0;
    const port = await portOf(link, { port: 0, to, onFull: () => (dropped += 1) });
    // A connection that the tunnel drops, because a look of this test had the place, is tried again.
    const hold = `const open = () => require('net').connect(${port}, '127.0.0.1').on('close', () => setTimeout(open, 50)).on('error', () => 0); for (let k = 0; k < ${tunnelLimits.connectionsMax}; k += 1) open();`;
    const other = spawn(process.execPath, ['-e', hold], { stdio: 'ignore' });
    try {
      await eventually('the tunnel is full', async () => (await echo(port, 'room')) !== 'room', { limitMs: 20_000, everyMs: 100 });
      expect(dropped).toBeGreaterThan(0);
      const failure = tunnelFull('g', port);
      expect(failure.code).toBe('worker.tunnel-full');
      const [, command = 'false'] = /^ending the other programs there that "(.*)" names$/.exec(failure.hint?.say ?? '') ?? [];
      const named = execFileSync('sh', ['-c', command], { encoding: 'utf8' });
      const pids = [...new Set([...named.matchAll(/\bpid=(\d+)/g)].map(([, pid]) => Number(pid)))];
      expect(pids).toEqual([other.pid]);
      for (const pid of pids) process.kill(pid);
      await eventually('there is room', async () => (await echo(port, 'room')) === 'room', { limitMs: 20_000, everyMs: 100 });
    } finally {
      other.kill('SIGKILL');
      await link.close();
    }
  });
});

/** Uses up the file descriptors that this process may open. Returns a function that gives them back. */
function useUpDescriptors(): () => void {
  const softLimit = (): string =>
    execFileSync('prlimit', ['--pid', String(process.pid), '--nofile', '--noheadings', '--output=SOFT'], { encoding: 'utf8' }).trim();
  const limitTo = (count: string): void => void execFileSync('prlimit', ['--pid', String(process.pid), `--nofile=${count}:`]);
  const before = softLimit();
  limitTo('1000');
  const held: number[] = [];
  try {
    for (;;) held.push(openSync('/dev/null', 'r'));
  } catch (error) {
    expect(error).toMatchObject({ code: 'EMFILE' });
  }
  return () => {
    for (const descriptor of held) closeSync(descriptor);
    limitTo(before);
  };
}

describe("the system's ssh, in a process that can open no more files", () => {
  let host: PracticeHost;
  aroundHost(async () => (host = await startCertified(tmpdir(), '/bin/sh')));

  test('a forward whose listener cannot be opened fails, and the next forward of the same link works', async () => {
    const link = await openLink('h', 'cluster', host.connect());
    const giveBack = useUpDescriptors();
    await expect(link.forward({ port: 0, to }).finally(giveBack)).rejects.toMatchObject({ code: 'EMFILE' });
    expect(await echo(await portOf(link, { port: 0, to }), 'again')).toBe('again');
    await link.close();
  });
});
