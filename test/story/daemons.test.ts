/** Daemons of a real cluster, ended in each way in which they can end. Each runs again by itself, and the log of events says what happened. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Client, Connection } from '@temporalio/client';
import type { DaemonView } from '../../src/domain/daemon/daemon.ts';
import { labelledNodes, type LiveCluster, makeCluster, toyPipeline } from '../support/live-cluster.ts';
import { eventually } from '../support/eventually.ts';

let cluster: LiveCluster;
let connection: Connection;
let client: Client;
beforeAll(async () => {
  cluster = await makeCluster({
    nodes: (await labelledNodes(2)).slice(1, 2),
    pipelines: [toyPipeline({ selfPlay: 20, train: 20, evaluate: 20 })],
  });
  await cluster.up();
  connection = await Connection.connect({ address: (await cluster.status()).temporalAddress });
  client = new Client({ connection });
});
afterAll(async () => {
  await (connection as Connection | undefined)?.close();
  await (cluster as LiveCluster | undefined)?.destroy();
});

const becomes = (id: string, what: string, seen: (daemon: DaemonView) => boolean): Promise<true> =>
  eventually(`${id} ${what}`, async () => seen(await cluster.daemon(id)).valueOf(), { limitMs: 90_000 });
const isBackSince = (beforeMs: number) => (daemon: DaemonView) => daemon.state === 'running' && daemon.sinceMs > beforeMs;
const changesOf = async (id: string): Promise<string> => (await cluster.cli('event', 'list', '--about', `daemon:${id}`)).stdout;

it('every daemon runs soon after the start', async () => {
  const daemons = await cluster.until('all daemons run', 60, ({ daemons: all }) =>
    all.length > 0 && all.every(({ state }) => state === 'running') ? all : undefined,
  );
  expect(daemons.length).toBeGreaterThan(1);
});

it('a turn waits for the daemon of its stage, says so, and goes on when the daemon starts', async () => {
  await cluster.cli('daemon', 'stop', 'AUTO_PROMOTION', '--reason', 'a look at the candidate');
  await becomes('AUTO_PROMOTION', 'is stopped', ({ state }) => state === 'stopped');
  expect((await cluster.cli('pipeline', 'run', 'toy')).code).toBe(0);
  const waiting = await cluster.until('the turn waits', 120, ({ pipelines }) =>
    pipelines.find(({ stage, detail }) => stage === 'promote' && detail.startsWith('waits for')),
  );
  expect(waiting.detail).toMatch(/^waits for AUTO_PROMOTION, which is stopped because .* stopped it \(a look at the candidate\)$/);
  // The daemon of the stage is stopped, and nothing else is.
  expect((await cluster.status()).daemons.filter(({ state }) => state !== 'running').map(({ id }) => id)).toEqual(['AUTO_PROMOTION']);
  // A stop is a wish: the cluster is ready, and the status says what waits for the daemon.
  const shown = await cluster.cli('status');
  expect({ code: shown.code, stdout: shown.stdout }).toEqual({
    code: 0,
    stdout: expect.stringMatching(
      /^Note: AUTO_PROMOTION was stopped by .* \(a look at the candidate\): turns wait before their promote\. Try: /m,
    ) as string,
  });
  await cluster.cli('daemon', 'start', 'AUTO_PROMOTION');
  await cluster.until('the turn is done', 60, ({ pipelines }) => pipelines.some(({ turn, stage }) => turn === 1 && stage === 'idle'));
});

it('while DATA_PIPELINE is stopped, a pipeline that is gone stays gone; after its start the turn waits for nothing', async () => {
  await cluster.cli('daemon', 'stop', 'DATA_PIPELINE', '--reason', 'a look at the games');
  await becomes('DATA_PIPELINE', 'is stopped', ({ state }) => state === 'stopped');
  expect((await cluster.cli('pipeline', 'run', 'toy')).code).toBe(0);
  const waiting = await cluster.until('the turn waits', 60, ({ pipelines }) =>
    pipelines.find(({ turn, detail }) => turn === 2 && detail.startsWith('waits for DATA_PIPELINE')),
  );
  expect(waiting).toMatchObject({ stage: 'self-play', detail: expect.stringMatching(/^waits for DATA_PIPELINE, which is stopped/) as string });
  for (const id of ['pipeline/toy', 'generation/toy/2']) await client.workflow.getHandle(id).terminate('one click');
  expect((await client.workflow.getHandle('pipeline/toy').describe()).status.name).toBe('TERMINATED');
  await cluster.cli('daemon', 'start', 'DATA_PIPELINE');
  await cluster.until('the turn is done', 90, ({ pipelines }) => pipelines.some(({ turn, stage }) => turn === 2 && stage === 'idle'));
  expect((await client.workflow.getHandle('pipeline/toy').describe()).status.name).toBe('RUNNING');
});

it('while MODEL_DISTRIBUTION is stopped, a turn keeps its champion at home; after its start the champion goes to the node', async () => {
  const syncs = async (): Promise<number> =>
    (await cluster.status()).recentSyncs.filter(({ dataset, target }) => dataset === 'champion-toy' && target === 'b').length;
  const before = await syncs();
  await cluster.cli('daemon', 'stop', 'MODEL_DISTRIBUTION', '--reason', 'a slow line');
  await becomes('MODEL_DISTRIBUTION', 'is stopped', ({ state }) => state === 'stopped');
  expect((await cluster.cli('pipeline', 'run', 'toy')).code).toBe(0);
  const waiting = await cluster.until('the turn waits', 90, ({ pipelines }) =>
    pipelines.find(({ turn, detail }) => turn === 3 && detail.startsWith('waits for MODEL_DISTRIBUTION')),
  );
  expect(waiting.stage).toBe('distribute');
  expect((await cluster.status()).daemons.filter(({ state }) => state !== 'running').map(({ id }) => id)).toEqual(['MODEL_DISTRIBUTION']);
  expect(await syncs()).toBe(before);
  await cluster.cli('daemon', 'start', 'MODEL_DISTRIBUTION');
  await cluster.until('the turn is done', 60, ({ pipelines }) => pipelines.some(({ turn, stage }) => turn === 3 && stage === 'idle'));
  expect(await syncs()).toBe(before + 1);
});

it('a daemon whose workflow is terminated runs again, and its failure is named', async () => {
  const { sinceMs } = await cluster.daemon('DAEMON_WATCHDOG');
  await client.workflow.getHandle('daemon/DAEMON_WATCHDOG').terminate('one click');
  await becomes('DAEMON_WATCHDOG', 'runs again', isBackSince(sinceMs));
  expect(await cluster.daemon('DAEMON_WATCHDOG')).toMatchObject({
    restarts: 0,
    losses: 1,
    failure: { kind: 'gone', record: { code: 'daemon.lost' } },
  });
  await eventually('the log has the change', async () => (await changesOf('DAEMON_WATCHDOG')).includes('running → backing-off'));
});

it('a daemon whose process is killed runs again', async () => {
  await becomes('CLUSTER_MONITOR', 'runs', ({ state }) => state === 'running');
  const { sinceMs } = await cluster.daemon('CLUSTER_MONITOR');
  process.kill(cluster.pid('gateway'), 'SIGKILL');
  await becomes('CLUSTER_MONITOR', 'runs again', isBackSince(sinceMs));
  expect((await cluster.daemon('CLUSTER_MONITOR')).failure?.kind).toBe('gone');
});

it('a manager that is terminated runs again, and the daemons go on meanwhile', async () => {
  const before = await cluster.daemon('DAEMON_WATCHDOG');
  await client.workflow.getHandle('daemon-manager').terminate('one click');
  await eventually('the manager runs again', async () => (await client.workflow.getHandle('daemon-manager').describe()).status.name === 'RUNNING', {
    limitMs: 60_000,
  });
  await cluster.cli('daemon', 'stop', 'DAEMON_WATCHDOG', '--reason', 'a test');
  await becomes('DAEMON_WATCHDOG', 'is stopped', ({ state }) => state === 'stopped');
  expect(before.state).toBe('running');
});

it('a daemon that an operator stopped stays stopped when control, ledger and server are killed', async () => {
  for (const name of ['server', 'ledger', 'control']) process.kill(cluster.pid(name), 'SIGKILL');
  await cluster.until('CLUSTER_MONITOR works again', 90, ({ readAtMs, daemons }) =>
    daemons.some(
      ({ id, state, health }) => id === 'CLUSTER_MONITOR' && state === 'running' && health !== undefined && readAtMs - health.atMs < 5_000,
    ),
  );
  expect(await cluster.daemon('DAEMON_WATCHDOG')).toMatchObject({ state: 'stopped', wish: { wish: 'stopped', reason: 'a test' } });
  const { code, stdout } = await cluster.cli('daemon', 'start', 'DAEMON_WATCHDOG');
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'DAEMON_WATCHDOG starts (it is stopped)\n' });
  await becomes('DAEMON_WATCHDOG', 'runs', ({ state }) => state === 'running');
});
