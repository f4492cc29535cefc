/**
 * Practice nodes have real sshds. `up` makes the nodes and watches their sshds, `down` stops the nodes' jobs, and `down --purge` removes the nodes.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureIdentity } from '../../src/config/cluster-identity.ts';
import { readRunningCluster } from '../../src/config/running-cluster.ts';
import type { Machine } from '../../src/transport/machine.ts';
import { openMachine } from '../../src/transport/open-machine.ts';
import { writeOnNode } from '../support/write-on-node.ts';
import { identify } from '../../src/process/process-identity.ts';
import { spoolOf } from '../../src/storage/event/event-spool.ts';
import { sayMissing } from '../../workers/launcher/say-missing.ts';
import { buildLauncher, childNames, type BuiltLauncher } from './build-launcher.ts';
import { expectNothingLeft, hasEnded, listeners, makeTestCluster, processesOf, removeTestCluster, type TestCluster } from './test-cluster.ts';
import type { RingmasterError } from '../../src/domain/failure/error.ts';
import { sentenceOf } from '../../src/domain/failure/sentence.ts';
import { rejectionOf } from '../support/rejection-of.ts';
import { eventually } from '../support/eventually.ts';
import { idOf } from '../support/processes.ts';
import { isRoot } from '../support/root.ts';

const limitMs = 90_000;
let launcher: BuiltLauncher;
let cluster: TestCluster;

beforeAll(async () => {
  launcher = await buildLauncher();
  cluster = await makeTestCluster({
    nodes: ([a, b]) => [
      { id: 'a', practice: { port: a } },
      { id: 'b', practice: { port: b } },
    ],
  });
}, limitMs);
afterAll(async () => {
  try {
    await launcher.down({ state: cluster.state, purge: true });
  } finally {
    removeTestCluster(cluster);
    launcher.remove();
  }
}, limitMs);

const up = () => launcher.up({ clusterFile: cluster.clusterFile, env: cluster.env, distFolder: launcher.dist, limitMs: 60_000 });

function open(id: string): Machine {
  const { config } = readRunningCluster(cluster.state)!;
  const node = config.nodes.find((one) => one.id === id)!;
  return openMachine({ node: node.id, owner: ensureIdentity(cluster.state, config.cluster), folder: node.folder, connect: node.connect });
}

/** Starts a process with the cluster's mark on a node, and returns its pid. The process outlives its connection. */
async function startJob(machine: Machine): Promise<number> {
  const script = 'setsid sleep 300 >/dev/null 2>&1 </dev/null & echo $!';
  const { stdout } = await machine.run({ argv: ['sh', '-c', script], env: { RINGMASTER_MARK: `${idOf(cluster.name)}/item/1` }, timeoutMs: 10_000 });
  return eventually('the job runs', () => identify(Number(stdout.trim()))?.pid);
}

const sshdOf = (id: string): number =>
  (JSON.parse(readFileSync(join(cluster.state, 'run', `sshd-${id}.json`), 'utf8')) as { readonly pid: number }).pid;

test(
  'up makes them, a killed sshd comes back, down ends their jobs and keeps their files',
  async () => {
    const { processes } = await up();
    expect(processes.map(({ name }) => name)).toEqual(['sshd-a', 'sshd-b', ...childNames]);
    const node = readRunningCluster(cluster.state)!.config.nodes[0]!;
    expect(node.connect).toMatchObject({
      type: 'ssh',
      host: '127.0.0.1',
      port: node.practice!.port,
      identityFile: expect.stringMatching(/^\//) as string,
    });
    const machine = open('a');
    try {
      await writeOnNode(machine, 'kept', 'by down');
      const before = sshdOf('a');
      process.kill(before, 'SIGKILL');
      await eventually('the sshd runs again', () => (sshdOf('a') === before ? undefined : identify(sshdOf('a'))));
      await machine.close();
      const job = await eventually('the node can be reached', () => startJob(open('a')).catch(() => undefined));
      const report = await launcher.down({ state: cluster.state });
      expect(report.nodes).toEqual([
        { node: 'a', stopped: 1 },
        { node: 'b', stopped: 0 },
      ]);
      expect(identify(job)).toBeUndefined();
      await expectNothingLeft(cluster);
      expect(existsSync(join(node.folder, 'kept'))).toBe(true);
    } finally {
      await machine.close();
    }
  },
  limitMs,
);

test(
  'a practice sshd that cannot run stops nothing else: the cluster starts, names it, and has it when it can run again',
  async () => {
    const hostKey = join(cluster.state, 'practice', 'a.keys', 'host');
    const key = readFileSync(hostKey);
    writeFileSync(hostKey, 'no key');
    const { processes } = await up();
    expect(processes.map(({ name, state }) => [name, state === 'running'])).toEqual([
      ['sshd-a', false],
      ...['sshd-b', ...childNames].map((name) => [name, true]),
    ]);
    expect(sayMissing({ processes, state: cluster.state })).toEqual([expect.stringContaining(`${cluster.state}/logs/sshd-a.log`)]);
    const status = async () => {
      const asked = await launcher.askStatus(cluster.state);
      return asked.type === 'answer' ? asked.reply : expect.fail('the launcher does not reply');
    };
    expect((await status()).phase).toBe('running');
    const events = spoolOf(cluster.state).read(1_000).events;
    expect(events.findLast(({ type }) => type === 'CLUSTER_STARTED')?.payload).toMatchObject({ processes: 5, without: ['sshd-a'] });
    writeFileSync(hostKey, key);
    await eventually('the sshd runs', async () => (await status()).processes.every(({ state }) => state === 'running'));
    await launcher.down({ state: cluster.state });
    await expectNothingLeft(cluster);
  },
  limitMs,
);

test(
  'down without launcher and without sshd still reaches their jobs; purge removes them',
  async () => {
    const { launcherPid } = await up();
    const { config } = readRunningCluster(cluster.state)!;
    const [machineA, machineB] = [open('a'), open('b')];
    const jobs = await Promise.all([machineA, machineB].map(startJob));
    await Promise.all([machineA.close(), machineB.close()]);
    process.kill(launcherPid, 'SIGKILL');
    await hasEnded(launcherPid);
    process.kill(sshdOf('b'), 'SIGKILL');
    const report = await launcher.down({ state: cluster.state, purge: true });
    expect(report).toMatchObject({
      through: 'records',
      nodes: [
        { node: 'a', stopped: 1 },
        { node: 'b', stopped: 1 },
      ],
      purged: ['a', 'b'],
    });
    for (const job of jobs) expect(identify(job)).toBeUndefined();
    await expectNothingLeft(cluster);
    for (const { folder, connect } of config.nodes) {
      expect(existsSync(dirname(folder))).toBe(false);
      const user = connect.type === 'ssh' ? (connect.user ?? '') : '';
      if (isRoot) expect(() => execFileSync('id', ['-u', user], { stdio: 'ignore' })).toThrow(/Command failed/);
    }
  },
  limitMs,
);

test(
  'the error names a practice port that is taken',
  async () => {
    expect(await listeners(cluster.ports)).toEqual([]);
    const port = cluster.ports[4]!;
    const holder = createServer().listen(port, '127.0.0.1');
    await new Promise((listening) => holder.once('listening', listening));
    const failure = (await rejectionOf(up())) as RingmasterError;
    expect(failure).toMatchObject({ code: 'server.port-busy' });
    expect(sentenceOf(failure)).toContain('practice.port of node a');
    expect(processesOf(cluster.state)).toEqual([]);
    await new Promise((closed) => holder.close(closed));
  },
  limitMs,
);
