/**
 * The parts that keep a cluster running are watched too. A standing workflow that was terminated, or that was lost with the server's database, runs again.
 * A part that hangs or is gone is named: the status never shows the past as the present.
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Views } from '../../src/contract/views.ts';
import { type LiveCluster, makeCluster, toyPipeline } from '../support/live-cluster.ts';
import { eventually } from '../support/eventually.ts';

describe('the watch over the watchers', () => {
  let cluster: LiveCluster;
  let client: Client;
  beforeAll(async () => {
    cluster = await makeCluster({ pipelines: [toyPipeline({ selfPlay: 200, train: 200, evaluate: 100 })] });
    await cluster.up();
    const { temporalAddress } = await cluster.status();
    client = new Client({ connection: Connection.lazy({ address: temporalAddress }) });
  }, 180_000);
  afterAll(async () => {
    await client.connection.close();
    await cluster.destroy();
  }, 120_000);

  const isRunning = async (id: string): Promise<boolean> =>
    client.workflow
      .getHandle(id)
      .describe()
      .then(({ status }) => status.name === 'RUNNING')
      .catch(() => false);
  const ready = async (): Promise<readonly string[]> => {
    const { code, stdout } = await cluster.cli('status', '-o', 'json');
    const status = JSON.parse(stdout === '' ? '{}' : stdout) as { watches?: readonly { ok: boolean; detail: string }[] };
    return [`exit ${code}`, ...(status.watches ?? []).filter(({ ok }) => !ok).map(({ detail }) => detail)];
  };
  const isWell = (what: string) => eventually(what, async () => (await ready()).join() === 'exit 0', { limitMs: 120_000, everyMs: 1_000 });

  /** Asks the listener of the health checks, as a load balancer does. */
  const readiness = async (): Promise<readonly [status: number, body: Views['HealthReady']]> => {
    const response = await fetch(`http://127.0.0.1:${cluster.healthPort}/health/ready`, { signal: AbortSignal.timeout(5_000) });
    return [response.status, (await response.json()) as Views['HealthReady']];
  };

  it('the cluster is well soon after up, and a workflow that was terminated by one click runs again', async () => {
    await isWell('the daemons have started');
    expect(await readiness()).toEqual([200, { status: 'ready', daemons: expect.objectContaining({ EVENT_ROUTER: 'running' }), reasons: [] }]);
    const ids = ['dispatcher', 'daemon-manager', 'daemon/CLUSTER_MONITOR', 'node/b'];
    for (const id of ids) await eventually(`${id} runs`, () => isRunning(id), { limitMs: 60_000 });
    await Promise.all(ids.map((id) => client.workflow.getHandle(id).terminate('one click')));
    for (const id of ids) await eventually(`${id} runs again`, () => isRunning(id), { limitMs: 60_000 });
    expect((await cluster.cli('doctor')).stdout).toMatch(/daemon-manager was gone and was started again/);
    await isWell('the cluster is well');
  }, 180_000);

  it('a pipeline with turns left that was terminated goes on', async () => {
    expect((await cluster.cli('pipeline', 'run', 'toy', '--turns', '2')).code).toBe(0);
    await cluster.until('turn 1 is under way', 60, ({ pipelines }) => pipelines.some(({ name, turn }) => name === 'toy' && turn === 1));
    await client.workflow.getHandle('pipeline/toy').terminate('one click');
    await cluster.until('both turns are played', 240, ({ pipelines }) => pipelines.some(({ turn, stage }) => turn === 2 && stage === 'idle'));
  }, 300_000);

  it('a hung gateway is named, and restarted', async () => {
    const before = cluster.pid('gateway');
    process.kill(before, 'SIGSTOP');
    // The launcher ends a stopped process within seconds, so the fast question is asked first.
    const isNamed = async (): Promise<boolean> => {
      const [code, { status, reasons }] = await readiness();
      return code === 503 && status === 'not ready' && reasons.some((line) => /gateway shows no sign of life/.test(line));
    };
    await eventually('it is named', isNamed, { limitMs: 60_000, everyMs: 100 });
    await eventually('status says that the cluster is not ready', async () => (await ready())[0] === 'exit 6');
    await eventually('it is restarted', () => cluster.pid('gateway') !== before, { limitMs: 90_000 });
    await isWell('the cluster is well');
    expect(cluster.pid('gateway')).not.toBe(before);
  }, 240_000);

  it('a launcher that is gone is named, and up starts another', async () => {
    process.kill(cluster.pid('launcher'), 'SIGKILL');
    await eventually('it is named', async () => (await ready()).join() === 'exit 6,the launcher is gone: nothing restarts a process that ends');
    expect((await cluster.cli('doctor')).code).toBe(3);
    await cluster.up();
    await isWell('the cluster is well');
  }, 180_000);

  it('a job and the standing workflows survive the loss of the database of the server', async () => {
    const hold = 'i=0; until [ $i -ge 60 ]; do i=$((i+1)); sleep 1; done; echo \'{"v":1,"files":[],"result":{}}\' >output/manifest.json';
    await cluster.add({ id: 'kept.1', kind: 'command', command: ['sh', '-c', hold], slots: 1 });
    await cluster.until('kept.1 runs', 60, ({ openJobs }) => openJobs.some((job) => job.item === 'kept.1' && job.state === 'running'));
    process.kill(cluster.pid('server'), 'SIGKILL');
    for (const end of ['', '-wal', '-shm']) rmSync(join(cluster.state, `temporal.db${end}`), { force: true });
    for (const id of ['dispatcher', 'daemon-manager', 'daemon/CLUSTER_MONITOR', 'node/a'])
      await eventually(`${id} runs again`, () => isRunning(id), { limitMs: 120_000 });
    await cluster.until('kept.1 completed', 180, async () => (await cluster.item('kept.1'))?.item.state === 'completed');
    const facts = await cluster.item('kept.1');
    expect([facts?.item.epoch, facts?.jobs.length], 'its process was adopted, not started again').toEqual([1, 1]);
    await isWell('the cluster is well');
  }, 420_000);

  it('the logs of all processes show what happened', async () => {
    const lines = async (...args: string[]): Promise<string> => (await cluster.cli('logs', '--limit', '10000', ...args)).stdout;
    expect(await lines('--component', 'launcher', '--level', 'error')).toMatch(
      /ERROR launcher: was stopped by a signal; it is killed \(process=gateway/,
    );
    expect(await lines('--component', 'control', '--level', 'warn')).toMatch(/WARNING control: daemon-manager did not run; it is started again$/m);
    expect(await lines('--component', 'CLUSTER_MONITOR')).toMatch(
      /INFO CLUSTER_MONITOR: \w[\w-]* → running because .* \(event=\S+ type=DAEMON_STATUS_CHANGED /,
    );
    const text = (name: string): string => readFileSync(join(cluster.state, 'logs', `${name}.log`), 'utf8');
    expect(text('daemons')).toContain(' INFO EVENT_ROUTER: ');
    expect(text('coordination')).toContain('type=TURN_COMPLETED');
  });
});
