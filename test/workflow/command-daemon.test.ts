/**
 * The process of a command daemon: its workflow against a ledger and a node that keep the rules of the real ones. After each story, the node has never had
 * two processes of the daemon at the same time.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { WatchedProcess } from '../../src/contract/activity/daemon.ts';
import { type DaemonInput, type DaemonTold, signals, workflowIds } from '../../src/contract/workflows.ts';
import type { Daemon, DaemonRow } from '../../src/domain/daemon/daemon.ts';
import { backoffMs, newDaemon } from '../../src/domain/daemon/lifecycle.ts';
import { failureRecord } from '../../src/domain/failure/record.ts';
import { eventually } from '../support/eventually.ts';
import { type Activities, fakeProcess } from '../support/quiet-activities.ts';
import { FakeCluster } from '../support/time-skipping.ts';

let cluster: FakeCluster;
beforeAll(async () => void (cluster = await FakeCluster.start()));
afterEach(() => cluster.reset());
afterAll(() => cluster?.stop());

const wish = { wish: 'running', by: 'ringmaster', reason: 'the cluster runs', sinceMs: 0 } as const;
const running: Daemon = { ...newDaemon(wish), state: 'running', seq: 3, because: 'it is well', holds: 'new' };
const exited = failureRecord('daemon.exited', { cannot: 'keep it running', because: 'its program ended', hint: { say: 'again' } });
const failed = (type: string, fields: Readonly<Record<string, string>> = {}) =>
  ApplicationFailure.create({
    type,
    message: 'of the test',
    nonRetryable: true,
    details: [{ code: type, class: 'cancelled', message: 'of the test', fields, chain: [] }],
  });

/** The ledger and the node of the daemon. `done` has what was asked of them, in order. */
class World {
  number = 0;
  isOpen = false;
  declaration = 'new';
  /** The highest number that the node knows. */
  fence = 0;
  living: number[] = [];
  mostLiving = 0;
  isAway = false;
  watches = 0;
  /** A stop takes this long. */
  stopMs = 0;
  readonly done: string[] = [];
  readonly news: WatchedProcess[] = [];

  readonly activities = (): Partial<Activities> => ({
    openProcess: async ({ daemon, declaration }) => {
      if (!this.isOpen) Object.assign(this, { number: this.number + 1, isOpen: true, declaration });
      this.done.push(`open ${this.number}`);
      return { ...fakeProcess(daemon, this.number), declaration: this.declaration };
    },
    heldProcess: async ({ daemon }) => (this.isOpen ? { process: fakeProcess(daemon, this.number) } : {}),
    closeProcess: async ({ epoch }) => {
      this.done.push(`close ${epoch}`);
      if (epoch >= this.number) Object.assign(this, { number: epoch, isOpen: false });
    },
    launchJob: async ({ job: { epoch } }) => {
      if (this.isAway) throw failed('transport.unreachable');
      if (epoch < this.fence) throw failed('job.epoch-refused', { fence: String(this.fence) });
      const adopted = this.living.includes(epoch);
      this.done.push(`${adopted ? 'adopt' : 'start'} ${epoch}`);
      this.fence = epoch;
      if (!adopted) this.living.push(epoch);
      this.mostLiving = Math.max(this.mostLiving, this.living.length);
      return { pid: 1, startTicks: 1, bootId: 'boot', adopted };
    },
    stopJob: async ({ job: { epoch } }) => {
      if (this.isAway) throw failed('transport.unreachable');
      await sleep(this.stopMs);
      this.done.push(`stop ${epoch}`);
      this.fence = Math.max(this.fence, epoch);
      this.living = this.living.filter((one) => one > epoch);
      return { stopped: 1 };
    },
    watchProcess: async ({ health }) => {
      const next = this.news.shift();
      if (next?.type === 'exited') this.living = [];
      if (next !== undefined) return next;
      this.watches += 1;
      if (this.watches > 1) await cluster.gate().held();
      return { type: 'news', health, known: { healthy: true, message: 'well' } };
    },
  });
}

const row = (declaration = 'new'): DaemonRow => ({
  id: 'web',
  summary: 'runs sh on a',
  critical: true,
  dependencies: [],
  intervalMs: 60_000,
  executor: 'process',
  process: { node: 'a', declaration, restart: 'always' },
});
const told = (over: Partial<DaemonTold> = {}): DaemonTold => ({ row: row(), missing: [], wish, ...over });

/** Starts the workflow of the daemon in `world`, after `daemon` was recorded. */
async function start(world: World, daemon: Daemon = newDaemon(wish), other: Partial<Activities> = {}) {
  cluster.answer({ ...world.activities(), ...other });
  const handle = await cluster.start<DaemonInput>('daemon', workflowIds.daemon('web'), { v: 1, row: row(), daemon, startsPlainly: true });
  await handle.signal(signals.tell, told());
  const state = async (): Promise<string> => (await handle.query<{ state: string }>('state')).state;
  return { handle, becomes: (wanted: string) => eventually(`web is ${wanted}`, async () => (await state()) === wanted) };
}
const did = (world: World, ...steps: readonly string[]): Promise<true> =>
  eventually(steps.join(', '), () => world.done.join(', ').includes(steps.join(', ')), { lastSeen: () => world.done.join(', ') });

it('the start of a program without a health check is recorded with its number: four activities, and the program runs before its first watch', async () => {
  const world = new World();
  world.watches = 1;
  const { handle, becomes } = await start(world);
  await becomes('running');
  await eventually('the record', () => cluster.inputs('recordDaemon').length > 0);
  expect(cluster.inputs('openProcess').flatMap(({ reported }) => reported?.changes.map(({ to }) => to))).toEqual(['starting']);
  expect(cluster.inputs('recordDaemon').map(({ changes }) => changes.map(({ to }) => to))).toEqual([['running']]);
  const activities = (await cluster.commandsOf(handle)).filter((command) => command.includes('@'));
  expect(activities.toSorted()).toEqual(['launchJob@gateway', 'openProcess@ledger', 'recordDaemon@ledger', 'watchProcess@gateway']);
  expect(cluster.inputs('noteRound')).toEqual([]);
});

it('a number that cannot be opened leaves the record of the start to the daemon', async () => {
  const { handle } = await start(new World(), newDaemon(wish), {
    openProcess: () => {
      throw failed('daemon.not-declared');
    },
  });
  await eventually('the record', () => cluster.inputs('recordDaemon').some(({ record }) => record.state === 'backing-off'));
  expect(
    cluster
      .inputs('recordDaemon')
      .flatMap(({ changes }) => changes.map(({ to }) => to))
      .slice(0, 2),
  ).toEqual(['starting', 'backing-off']);
  expect(await cluster.commandsOf(handle)).not.toContain('launchJob@gateway');
});

it('a program that ends is closed before its number is followed by a higher one', async () => {
  const world = new World();
  world.news.push({ type: 'exited', exit: { type: 'failed', record: exited } });
  const { becomes } = await start(world);
  await becomes('backing-off');
  await cluster.env.sleep('3s');
  await did(world, 'open 1', 'start 1', 'stop 1', 'close 1', 'open 2', 'start 2');
  expect(world.mostLiving).toBe(1);
});

it('the delay before the restart counts from the end of the program, and not from the end of what it left behind', async () => {
  const world = new World();
  world.news.push({ type: 'exited', exit: { type: 'failed', record: exited } });
  world.stopMs = backoffMs[0] + 200;
  const { handle } = await start(world);
  await did(world, 'close 1', 'open 2', 'start 2');
  const { events } = await handle.fetchHistory();
  expect(events?.filter(({ timerStartedEventAttributes }) => timerStartedEventAttributes)).toEqual([]);
});

it('a workflow that was lost adopts the process: nothing is closed, stopped or started', async () => {
  const world = new World();
  Object.assign(world, { number: 4, isOpen: true, fence: 4, living: [4] });
  const { becomes } = await start(world, running);
  await did(world, 'open 4', 'adopt 4');
  await becomes('running');
  expect(world.done.filter((step) => /stop|close|start/.test(step))).toEqual([]);
});

it('a process with another declaration is ended and closed before the next one starts', async () => {
  const world = new World();
  Object.assign(world, { number: 4, isOpen: true, fence: 4, living: [4], declaration: 'old' });
  await start(world);
  await did(world, 'open 4', 'stop 4', 'close 4', 'open 5', 'start 5');
  expect(world.mostLiving).toBe(1);
});

it('a ledger that was restored ends the later process that the node knows, and takes a higher number', async () => {
  const world = new World();
  Object.assign(world, { fence: 7, living: [7] });
  const { becomes } = await start(world);
  await becomes('backing-off');
  await did(world, 'open 1', 'stop 7', 'close 7');
  await cluster.env.sleep('3s');
  await did(world, 'close 7', 'open 8', 'start 8');
  expect(world.mostLiving).toBe(1);
});

it('a stop of a daemon whose node does not answer closes nothing until the node has ended the process', async () => {
  const world = new World();
  const { handle, becomes } = await start(world);
  await becomes('running');
  world.isAway = true;
  await handle.signal(signals.tell, told({ wish: { ...wish, wish: 'stopped', sinceMs: 1 } }));
  await becomes('stopping');
  await cluster.env.sleep('1 minute');
  expect(world.done.filter((step) => step.startsWith('close'))).toEqual([]);
  world.isAway = false;
  await cluster.env.sleep('1 minute');
  await becomes('stopped');
  expect(world.done.slice(-2)).toEqual(['stop 1', 'close 1']);
});
