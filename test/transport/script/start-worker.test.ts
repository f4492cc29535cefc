/** Tests the start, the replacement and the end of a node's resident worker. Another program takes the place of the worker. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { endWorker, type EnsuredWorker, ensureWorker } from '../../../activities/gateway/ensure-worker.ts';
import type { NodeId } from '../../../src/domain/ids.ts';
import { sayWorkerEnd } from '../../../src/domain/node/worker-end.ts';
import type { Machine, MachineProbe } from '../../../src/transport/machine.ts';
import { openMachine } from '../../../src/transport/open-machine.ts';
import { eventually } from '../../support/eventually.ts';
import { leaksOf, ownTemporaryFolder } from '../../support/practice-node.ts';
import { ownerNamed } from '../../support/owner-named.ts';

ownTemporaryFolder();
const cluster = `worker-${process.pid}`;
const machines: Machine[] = [];
afterAll(async () => {
  for (const machine of machines) await machine.stopAll(0);
  expect(await leaksOf(cluster)).toEqual([]);
});

interface Started {
  readonly machine: Machine;
  readonly folder: string;
  readonly ensure: (form?: string) => Promise<EnsuredWorker>;
}

function place(main: string): Started {
  const folder = mkdtempSync(join(tmpdir(), 'node-'));
  const packageRoot = mkdtempSync(join(tmpdir(), "it's a package-"));
  mkdirSync(join(packageRoot, 'dist/workers/node'), { recursive: true });
  writeFileSync(join(packageRoot, 'dist/workers/node/main.js'), main);
  const machine = openMachine({ node: 'here' as NodeId, owner: ownerNamed(cluster), folder, connect: { type: 'local' } });
  machines.push(machine);
  const needless = (): Promise<string> => Promise.reject(new Error('the node can read the installation'));
  const ensure = (form = 'one'): Promise<EnsuredWorker> =>
    ensureWorker(machine, {
      clusterId: ownerNamed(cluster).id,
      options: { node: 'here' },
      form,
      route: { type: 'here', address: '127.0.0.1:1' },
      isServerOwn: true,
      packageRoot,
      nodeRange: '>=20',
      packages: { arches: [], glibcMin: needless, pack: needless },
    });
  return { machine, folder, ensure };
}

/** A program that beats once, as a worker does when it is loaded. Without `isReady` it takes no calls. `more` runs after the beat. */
const program = (more = '', isReady = true): string =>
  [
    `require('fs').writeFileSync('worker/beat', Math.floor(require('os').uptime()) + '\\n');`,
    isReady ? `require('fs').writeFileSync('worker/ready', '');` : '',
    `setInterval(() => undefined, 1_000); ${more}`,
  ].join(' ');

test('two starts at a time start one worker, and a later start finds it', { timeout: 60_000 }, async () => {
  const { ensure, machine } = place(program());
  const both = await Promise.all([ensure(), ensure()]);
  expect(new Set(both.map(({ pid }) => pid)).size).toBe(1);
  expect(both[0].pid).toBeGreaterThan(1);
  expect(await ensure()).toEqual({ pid: both[0].pid, how: 'runs' });
  expect(await machine.probe()).toMatchObject({ workerAlive: true, workerForm: 'one' });
});

test('a worker that does not take calls yet is not used, and is not replaced', { timeout: 60_000 }, async () => {
  const { ensure, machine, folder } = place(program('', false));
  const { pid } = await ensure();
  expect((await machine.probe()).workerAlive).toBe(false);
  expect(await ensure()).toEqual({ pid, how: 'runs' });
  writeFileSync(join(folder, 'worker/ready'), '');
  expect((await machine.probe()).workerAlive).toBe(true);
});

test('the worker gets the keys on its standard input', { timeout: 60_000 }, async () => {
  const { ensure, folder } = place(program(`require('fs').writeFileSync('worker/keys', require('fs').readFileSync(0));`));
  await ensure();
  await eventually('the worker has read its input', async () => existsSync(join(folder, 'worker/keys')), { limitMs: 20_000, everyMs: 50 });
  expect(readFileSync(join(folder, 'worker/keys'), 'utf8')).toBe('\n');
});

test('a worker that holds its lock and has stopped to beat counts as gone, and another takes its place', { timeout: 60_000 }, async () => {
  const { ensure, machine, folder } = place(program());
  const first = await ensure();
  const beat = (secondsAgo: number): void => {
    const up = Number(readFileSync('/proc/uptime', 'utf8').split('.')[0]);
    writeFileSync(join(folder, 'worker/beat'), `${up - secondsAgo}\n`);
  };
  beat(5);
  expect((await machine.probe()).workerAlive).toBe(true);
  expect(await ensure()).toEqual({ pid: first.pid, how: 'runs' });
  process.kill(first.pid, 'SIGSTOP');
  beat(31);
  const silent = await machine.probe();
  expect(silent).toMatchObject({ workerAlive: false, workerEnd: { pid: first.pid, status: 'silent' } });
  const second = await ensure();
  expect(second).toMatchObject({ how: 'silent' });
  expect(second.pid).not.toBe(first.pid);
  expect((await machine.probe()).workerAlive).toBe(true);
});

test.each([
  ['ends on TERM', program()],
  ['ignores TERM', program(`process.on('SIGTERM', () => undefined);`)],
])('a worker that was started with another form, and %s, is replaced; a program that it started lives on', { timeout: 90_000 }, async (_, main) => {
  const job = `require('fs').writeFileSync('worker/job', String(require('child_process').spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' }).pid));`;
  const { ensure, machine, folder } = place(`${main} ${job}`);
  const first = await ensure('one');
  await eventually('the worker has started a program', async () => existsSync(join(folder, 'worker/job')), { limitMs: 20_000, everyMs: 50 });
  const child = Number(readFileSync(join(folder, 'worker/job'), 'utf8'));
  const second = await ensure('two');
  expect(second).toMatchObject({ how: 'changed' });
  expect(second.pid).not.toBe(first.pid);
  await eventually('the first worker is gone', () => !existsSync(`/proc/${first.pid}`));
  expect(existsSync(`/proc/${child}`)).toBe(true);
  const { workerEnd, ...seen } = await machine.probe();
  expect(seen).toMatchObject({ workerAlive: true, workerForm: 'two' });
  expect(workerEnd, 'an end that was asked for is not reported').toBeUndefined();
  expect(await ensure('two')).toEqual({ pid: second.pid, how: 'runs' });
});

const ended = (machine: Machine): Promise<NonNullable<MachineProbe['workerEnd']>> =>
  eventually('the end is reported with its status', async () => {
    const { workerEnd } = await machine.probe();
    return workerEnd?.status === '-' ? undefined : workerEnd;
  });

test('a worker that ends by itself leaves its exit and the end of its log', { timeout: 90_000 }, async () => {
  const { ensure, machine } = place(program(`setTimeout(() => { throw new Error('no room for the queue') }, 300);`));
  const { pid } = await ensure();
  const { status, log, ...end } = await ended(machine);
  expect(end).toEqual({ pid });
  expect(sayWorkerEnd(status, log)).toMatch(/^it exited with 1; the end of its log: .*Error: no room for the queue$/);
});

test('a worker that was killed is reported with its signal, until another one runs', { timeout: 90_000 }, async () => {
  const { ensure, machine, folder } = place(program(`console.log('at work');`));
  const { pid } = await ensure();
  await eventually('the worker has printed', () => readFileSync(join(folder, 'worker/log'), 'utf8') === 'at work\n');
  process.kill(pid, 'SIGKILL');
  const { status, log } = await ended(machine);
  expect(sayWorkerEnd(status, log)).toBe('signal 9 ended it; the end of its log: at work');
  expect(await ensure()).toMatchObject({ how: 'started' });
  expect((await machine.probe()).workerEnd).toBeUndefined();
  expect(readFileSync(join(folder, 'worker/log.before'), 'utf8')).toBe('at work\n');
});

test('an end that was asked for is not reported: of the worker alone, and of everything on the node', { timeout: 90_000 }, async () => {
  const { ensure, machine } = place(program());
  for (const end of [() => endWorker(machine, ownerNamed(cluster).id), () => machine.stopAll(2_000)]) {
    const { pid } = await ensure();
    await end();
    // A zombie is there until its parent has read its exit.
    await eventually('the worker is gone', () => !existsSync(`/proc/${pid}`));
    const { workerAlive, workerEnd } = await machine.probe();
    expect({ workerAlive, workerEnd }).toEqual({ workerAlive: false, workerEnd: undefined });
  }
});
