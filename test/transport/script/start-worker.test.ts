/** Tests the start of a node's resident worker. Another program takes the place of the worker. */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ensureWorker } from '../../../activities/gateway/ensure-worker.ts';
import type { NodeId } from '../../../src/domain/ids.ts';
import { logLimitsDefault } from '../../../src/domain/job/log-limits.ts';
import type { Machine } from '../../../src/transport/machine.ts';
import { openMachine } from '../../../src/transport/open-machine.ts';
import { leaksOf, ownTemporaryFolder } from '../../support/practice-node.ts';
import { ownerNamed } from '../../support/owner-named.ts';

ownTemporaryFolder();
const cluster = `worker-${process.pid}`;
const machines: Machine[] = [];
afterAll(async () => {
  for (const machine of machines) await machine.stopAll(0);
  expect(await leaksOf(cluster)).toEqual([]);
});

function start(main: string, folder = mkdtempSync(join(tmpdir(), 'node-'))): () => ReturnType<typeof ensureWorker> {
  const packageRoot = mkdtempSync(join(tmpdir(), "it's a package-"));
  mkdirSync(join(packageRoot, 'dist/workers/node'), { recursive: true });
  writeFileSync(join(packageRoot, 'dist/workers/node/main.js'), main);
  const machine = openMachine({ node: 'here' as NodeId, owner: ownerNamed(cluster), folder, connect: { type: 'local' } });
  machines.push(machine);
  const needless = (): Promise<string> => Promise.reject(new Error('the node can read the installation'));
  const place = {
    owner: ownerNamed(cluster),
    route: { type: 'here', address: '127.0.0.1:1' },
    isServerOwn: true,
    namespace: 'default',
    watchIntervalMs: 1_000,
    logs: logLimitsDefault,
    packageRoot,
    nodeRange: '>=20',
    packages: { arches: [], glibcMin: needless, pack: needless },
  } as const;
  return () => ensureWorker(machine, place);
}

/** A program that beats once, as a worker does when it is loaded. */
const program = `require('fs').writeFileSync('worker/beat', Math.floor(require('os').uptime()) + '\\n'); setInterval(() => undefined, 1_000);`;

test('two starts at a time start one worker, and a later start finds it', { timeout: 60_000 }, async () => {
  const ensure = start(program);
  const both = await Promise.all([ensure(), ensure()]);
  expect(new Set(both.map(({ pid }) => pid)).size).toBe(1);
  expect(both[0].pid).toBeGreaterThan(1);
  expect(await ensure()).toEqual({ pid: both[0].pid, started: false });
  const probe = await machines[0]?.probe();
  expect(probe?.workerAlive).toBe(true);
});

test('a worker that holds its lock and has stopped to beat counts as gone, and another takes its place', { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'node-'));
  const ensure = start(program, folder);
  const first = await ensure();
  const machine = machines.at(-1);
  const beat = (secondsAgo: number): void => {
    const up = Number(readFileSync('/proc/uptime', 'utf8').split('.')[0]);
    writeFileSync(join(folder, 'worker/beat'), `${up - secondsAgo}\n`);
  };
  beat(5);
  expect((await machine?.probe())?.workerAlive).toBe(true);
  expect(await ensure()).toEqual({ pid: first.pid, started: false });
  process.kill(first.pid, 'SIGSTOP');
  beat(31);
  expect((await machine?.probe())?.workerAlive).toBe(false);
  const second = await ensure();
  expect(second).toMatchObject({ started: true });
  expect(second.pid).not.toBe(first.pid);
  expect((await machine?.probe())?.workerAlive).toBe(true);
});
