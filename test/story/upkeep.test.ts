/** The daemons that keep a real cluster in order. Each does its duty, and its stop stops its duty and nothing else. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Client, Connection } from '@temporalio/client';
import { controlQueue } from '../../src/contract/queue.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { type ItemId, jobWorkflowId, type NodeId } from '../../src/domain/ids.ts';
import type { Assignment } from '../../src/domain/job/assignment.ts';
import { itemSpec } from '../support/item-spec.ts';
import { labelledNodes, type LiveCluster, makeCluster, toyPipeline } from '../support/live-cluster.ts';
import { eventually } from '../support/eventually.ts';
import { isAlive, processes } from '../support/processes.ts';

let cluster: LiveCluster;
let connection: Connection;
let client: Client;
const hold = mkdtempSync(join(tmpdir(), 'rm-hold-'));
/** Lets the jobs of a stage of the toy pipeline end. */
const release = (turn: number, kind: string): void => writeFileSync(join(hold, `toy.${turn}.${kind}`), '');
beforeAll(async () => {
  chmodSync(hold, 0o755);
  cluster = await makeCluster({
    nodes: (await labelledNodes(2)).slice(1, 2),
    pipelines: [toyPipeline({ selfPlay: 20, train: 20, evaluate: 20, hold, same: 'toy.2' }, { quality: 'hold' })],
  });
  await cluster.up();
  connection = await Connection.connect({ address: (await cluster.status()).temporalAddress });
  client = new Client({ connection });
});
afterAll(async () => {
  await (connection as Connection | undefined)?.close();
  await (cluster as LiveCluster | undefined)?.destroy();
  rmSync(hold, { recursive: true });
});

const becomes = (id: string, state: string): Promise<true> =>
  eventually(`${id} is ${state}`, async () => (await cluster.daemon(id)).state === state, { limitMs: 90_000 });
const wake = (id: string): Promise<void> => client.workflow.getHandle(`daemon/${id}`).signal('wake');
const eventsOf = async (type: string): Promise<string> => (await cluster.cli('event', 'list', '--type', type)).stdout;

/** Stops the daemon, and returns when it and nothing else is stopped. */
async function stopped(id: string): Promise<void> {
  expect((await cluster.cli('daemon', 'stop', id, '--reason', 'a test')).code).toBe(0);
  await becomes(id, 'stopped');
  await cluster.until(`${id} alone is stopped`, 60, ({ daemons }) =>
    daemons.every((one) => (one.id === id ? one.state === 'stopped' : one.state === 'running')),
  );
}

async function goesOn(id: string): Promise<void> {
  expect((await cluster.cli('daemon', 'start', id)).code).toBe(0);
  await becomes(id, 'running');
}

it('MAINTENANCE removes an old file that nothing needs and says so as an event, and removes nothing while it is stopped', async () => {
  await cluster.until('all daemons run', 60, ({ daemons }) => daemons.length > 0 && daemons.every(({ state }) => state === 'running'));
  const { blobs } = statePaths(cluster.state);
  const old = join(blobs, 'ab'.repeat(32));
  mkdirSync(blobs, { recursive: true });
  writeFileSync(old, 'forgotten');
  const longAgo = new Date(Date.now() - 60 * 86_400_000);
  utimesSync(old, longAgo, longAgo);
  await stopped('MAINTENANCE');
  await wake('MAINTENANCE');
  const { atMs } = (await cluster.daemon('DAEMON_WATCHDOG')).health ?? { atMs: 0 };
  await wake('DAEMON_WATCHDOG');
  await eventually('another daemon does its rounds meanwhile', async () => ((await cluster.daemon('DAEMON_WATCHDOG')).health?.atMs ?? 0) > atMs);
  expect(existsSync(old)).toBe(true);
  await goesOn('MAINTENANCE');
  await wake('MAINTENANCE');
  await eventually('the file is gone', () => !existsSync(old), { limitMs: 60_000 });
  await eventually('the event is there', async () => (await eventsOf('RETENTION_COMPLETED')).includes('1 files (9 bytes)'), { limitMs: 20_000 });
  await eventually(
    'its health says it',
    async () => (await cluster.daemon('MAINTENANCE')).health?.message.includes('removed 1 files (9 bytes)') === true,
  );
});

it('JOB_REAPER ends a process on a node that no ledger knows, says so as an event, and ends none while it is stopped', async () => {
  await stopped('JOB_REAPER');
  // A new workflow of the daemon remembers no look at the node.
  await client.workflow.getHandle('daemon/JOB_REAPER').terminate('a test');
  const job = { item: 'x.stray' as ItemId, epoch: 1 };
  const spec = itemSpec(job.item, { kind: 'command', command: ['sleep', '600'], outputs: [] });
  const node = 'b' as NodeId;
  const started = await client.workflow.start('job', {
    workflowId: jobWorkflowId(job),
    taskQueue: controlQueue,
    args: [{ job, node, slots: 1, spec, residentRoute: false } satisfies Assignment],
  });
  const record = join(cluster.nodeFolder(node), 'records', job.item, '1');
  // The start still writes into the record after the pid is there, and ends with the program in place of itself.
  const { pid } = await eventually(
    'its program runs',
    () => processes().find(({ words, mark }) => words[0] === 'sleep' && mark.includes(`/${job.item}/`)),
    {
      limitMs: 30_000,
      everyMs: 5,
    },
  );
  await started.terminate('a click');
  const hourAgo = new Date(Date.now() - 3_600_000);
  utimesSync(record, hourAgo, hourAgo);
  await wake('CLUSTER_MONITOR');
  expect(isAlive(pid)).toBe(true);
  await goesOn('JOB_REAPER');
  await wake('JOB_REAPER');
  await eventually('the process is gone', () => !isAlive(pid), { limitMs: 60_000 });
  await eventually('the event is there', async () => (await eventsOf('JOB_REAPED')).includes('no ledger knows its item'), { limitMs: 20_000 });
});

it('QUALITY_MONITOR holds the training on bad games until an operator takes them, once, and holds nothing while it is stopped', async () => {
  const atTrain = (turn: number) =>
    cluster.until(`turn ${turn} trains`, 120, ({ pipelines }) => pipelines.some((one) => one.turn === turn && one.stage === 'train'));
  const done = (turn: number) =>
    cluster.until(`turn ${turn} is done`, 120, ({ pipelines }) => pipelines.some((one) => one.turn === turn && one.stage === 'idle'));
  for (const kind of ['self-play', 'train']) release(1, kind);
  release(2, 'self-play');
  expect((await cluster.cli('pipeline', 'run', 'toy')).code).toBe(0);
  await done(1);
  expect(await eventsOf('LOW_QUALITY_DATA_WARNING')).not.toContain('toy');
  await stopped('QUALITY_MONITOR');
  expect((await cluster.cli('pipeline', 'run', 'toy')).code).toBe(0);
  await atTrain(2);
  expect(await eventsOf('LOW_QUALITY_DATA_WARNING')).not.toContain('toy');
  await goesOn('QUALITY_MONITOR');
  const held = await cluster.until('the turn is held', 60, ({ pipelines }) => pipelines.find(({ standing }) => standing?.wish?.wish === 'paused'));
  expect(held.standing?.wish).toMatchObject({
    by: 'QUALITY_MONITOR',
    reason: expect.stringMatching(/^the games of turn 2: 9\d % of the games repeat another game/),
  });
  await eventually('the event is there', async () => (await eventsOf('LOW_QUALITY_DATA_WARNING')).includes('games of turn 2 of toy are bad'));
  expect((await cluster.cli('pipeline', 'resume', 'toy')).code).toBe(0);
  release(2, 'train');
  await wake('QUALITY_MONITOR');
  await done(2);
});
