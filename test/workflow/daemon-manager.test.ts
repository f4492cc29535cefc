/** The manager of the daemons, with the workflows that it starts. */
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type DaemonManagerInput, signals, workflowIds } from '../../src/contract/workflows.ts';
import type { WatchedProcess } from '../../src/contract/activity/daemon.ts';
import type { DaemonRow } from '../../src/domain/daemon/daemon.ts';
import { newDaemon } from '../../src/domain/daemon/lifecycle.ts';
import { type Group, newManaged } from '../../src/domain/daemon/manager.ts';
import { failureRecord } from '../../src/domain/failure/record.ts';
import { daemonsOf, row, told, well, wish } from '../support/daemon-workflows.ts';
import { eventually } from '../support/eventually.ts';
import { type Activities, fakeProcess, startedJob } from '../support/quiet-activities.ts';
import { FakeCluster } from '../support/time-skipping.ts';

let cluster: FakeCluster;
beforeAll(async () => void (cluster = await FakeCluster.start()));
afterEach(() => cluster.reset());
afterAll(() => cluster?.stop());
const { stateOf, becomes, changes } = daemonsOf(() => cluster);
const fails = (): never => {
  throw ApplicationFailure.nonRetryable('the ledger is locked');
};
const exited = failureRecord('daemon.exited', { cannot: 'keep it running', because: 'its program ended', hint: { say: 'again' } });
const program = (id: string, needs: readonly string[] = []): DaemonRow => ({
  ...row(id, needs, false),
  executor: 'process',
  process: { node: 'a', declaration: fakeProcess(id).declaration, restart: 'always' },
});

it('the manager starts the daemons in the order of their needs, and those that need one that stops wait for it', async () => {
  cluster.answer({ workDaemon: async () => well });
  for (const id of ['ROUTER', 'SYNC']) cluster.adopt(workflowIds.daemon(id));
  const rows = [row('ROUTER'), row('SYNC', ['ROUTER'], false)];
  const input: DaemonManagerInput = { v: 1, group: { daemons: rows.map((one) => newManaged(one)), orders: [], grantedAtMs: [] } };
  const manager = await cluster.start('daemonManager', workflowIds.daemonManager, input);
  await becomes('ROUTER', 'running');
  await becomes('SYNC', 'running');
  await manager.signal(signals.daemonsWished, { daemons: ['ROUTER'], wish: { ...wish, wish: 'stopped', by: 'ada@home', sinceMs: 1 } });
  await becomes('ROUTER', 'stopped');
  await becomes('SYNC', 'waiting');
  await manager.signal(signals.daemonsWished, { daemons: ['ROUTER'], wish: { ...wish, sinceMs: 2 } });
  await becomes('SYNC', 'running');
  await eventually('the ledger knows', () => changes('SYNC').length >= 5);
  expect(changes('SYNC')).toEqual(['starting', 'running', 'waiting', 'starting', 'running']);
});

it('a daemon whose first round was done by the manager runs from its first step: one task, no activity and no report', async () => {
  cluster.answer({ beginRounds: async () => ({ worked: { BEGUN: { ...well, memory: { looked: 1 } } } }), workDaemon: async () => well });
  for (const id of ['BEGUN', 'ASKS']) cluster.adopt(workflowIds.daemon(id));
  const group: Group = { daemons: [newManaged(row('BEGUN')), newManaged(row('ASKS', ['BEGUN']))], orders: [], grantedAtMs: [] };
  await cluster.start<DaemonManagerInput>('daemonManager', workflowIds.daemonManager, { v: 1, group });
  await becomes('ASKS', 'running');
  expect(await stateOf('BEGUN')).toBe('running');
  const begun = cluster.adopt(workflowIds.daemon('BEGUN'));
  expect(await cluster.commandsOf(begun)).toEqual([]);
  expect((await begun.fetchHistory()).events).toHaveLength(5);
  expect(changes('BEGUN')).toEqual(['starting', 'running']);
  // The next round has the memory of the first. The changes that the manager recorded go to the ledger with the next one, which changes nothing there.
  await begun.signal(signals.wake);
  await eventually('a round', () => cluster.inputs('workDaemon').some(({ daemon, memory }) => daemon === 'BEGUN' && memory !== undefined));
  await begun.signal(signals.tell, { ...told('BEGUN'), wish: { ...wish, wish: 'stopped', sinceMs: 1 } });
  await eventually('the ledger knows', () => changes('BEGUN').at(-1) === 'stopped');
  expect(changes('BEGUN')).toEqual(['starting', 'running', 'running', 'stopping', 'stopped']);
});

it('a ledger that does no first rounds, or does not record what follows, keeps no daemon from its start and loses no change', async () => {
  cluster.answer({ beginRounds: async () => fails(), workDaemon: async () => well });
  cluster.adopt(workflowIds.daemon('LATE'));
  const start = (id: string) =>
    cluster.start<DaemonManagerInput>('daemonManager', workflowIds.daemonManager, {
      v: 1,
      group: { daemons: [newManaged(row(id))], orders: [], grantedAtMs: [] },
    });
  await start('LATE');
  await becomes('LATE', 'running');
  await eventually('the ledger knows', () => changes('LATE').at(-1) === 'running');
  expect(cluster.inputs('recordDaemon').flatMap((input) => input.changes.map(({ to }) => to))).toEqual(['starting', 'running']);
  await cluster.reset();
  cluster.answer({ beginRounds: async () => ({ worked: { UNSAID: well } }), recordDaemons: async () => fails(), workDaemon: async () => well });
  cluster.adopt(workflowIds.daemon('UNSAID'));
  await start('UNSAID');
  await eventually('the daemon records its state itself', () => cluster.inputs('recordDaemon').length > 0);
  expect(cluster.inputs('recordDaemon')).toMatchObject([{ daemon: 'UNSAID', record: { state: 'running' }, changes: [{ to: 'running' }] }]);
});

it('the processes of new command daemons start together: the workflow of each watches its process from its first step', async () => {
  const watched = cluster.gate();
  const exits: WatchedProcess = { type: 'exited', exit: { type: 'failed', record: exited } };
  let ends = false;
  cluster.answer({
    beginProcesses: async ({ daemons }) => ({ processes: daemons.map(({ daemon }) => fakeProcess(daemon)) }),
    startProcesses: async ({ processes }) => ({
      started: Object.fromEntries(processes.flatMap(({ daemon }) => (daemon === 'left' ? [] : [[daemon, startedJob]]))),
    }),
    watchProcess: async ({ health, known }) => {
      if (known === undefined) return { type: 'news', health, known: { healthy: true, message: 'well' } };
      await watched.held();
      return ends ? exits : new Promise(() => undefined);
    },
  });
  for (const id of ['web', 'left', 'needs']) cluster.adopt(workflowIds.daemon(id));
  const rows = [program('web'), program('left'), program('needs', ['web', 'left'])];
  const group: Group = { daemons: rows.map((one) => newManaged(one)), orders: [], grantedAtMs: [] };
  await cluster.start<DaemonManagerInput>('daemonManager', workflowIds.daemonManager, { v: 1, group });
  await becomes('needs', 'running');
  expect(cluster.inputs('startProcesses').map(({ node, processes }) => [node, processes.map(({ daemon }) => daemon)])).toEqual([
    ['a', ['web', 'left']],
    ['a', ['needs']],
  ]);
  expect(await cluster.commandsOf(cluster.adopt(workflowIds.daemon('web')))).toEqual(['watchProcess@gateway']);
  // The workflow of the daemon that was left out does its start itself.
  expect(cluster.inputs('openProcess').map(({ daemon }) => daemon)).toEqual(['left']);
  for (const id of ['web', 'left', 'needs']) expect(changes(id), id).toEqual(['starting', 'running']);
  ends = true;
  watched.open();
  await becomes('web', 'backing-off');
  expect(cluster.inputs('stopJob').map(({ job }) => job.item)).toContain('daemon.web');
});

it('a start of a command daemon that takes long holds no other daemon up, and a stop that comes meanwhile is not lost', async () => {
  const [node, watched] = [cluster.gate(), cluster.gate()];
  cluster.answer({
    beginProcesses: async ({ daemons }) => ({ processes: daemons.map(({ daemon }) => fakeProcess(daemon)), withWorker: [] }),
    startProcesses: async ({ processes }) => {
      await node.held();
      return { started: Object.fromEntries(processes.map(({ daemon }) => [daemon, startedJob])) };
    },
    watchProcess: async () => {
      await watched.held();
      return { type: 'exited', exit: { type: 'failed', record: exited } };
    },
    heldProcess: async ({ daemon }) => ({ process: fakeProcess(daemon) }),
    beginRounds: async ({ daemons }) => ({ worked: Object.fromEntries(daemons.map(({ daemon }) => [daemon, well])) }),
  });
  for (const id of ['slow', 'PLAIN', 'AFTER']) cluster.adopt(workflowIds.daemon(id));
  const rows = [program('slow'), row('PLAIN', [], false), row('AFTER', ['PLAIN'], false)];
  const group: Group = { daemons: rows.map((one) => newManaged(one)), orders: [], grantedAtMs: [] };
  const manager = await cluster.start<DaemonManagerInput>('daemonManager', workflowIds.daemonManager, { v: 1, group });
  await becomes('AFTER', 'running');
  expect(await stateOf('slow')).toBeUndefined();
  await manager.signal(signals.daemonsGone, { daemons: ['slow'] });
  await manager.signal(signals.daemonsWished, { daemons: ['slow'], wish: { ...wish, wish: 'stopped', by: 'ada@home', sinceMs: 1 } });
  node.open();
  await becomes('slow', 'stopped');
  expect(cluster.inputs('startProcesses')).toHaveLength(1);
  expect(cluster.inputs('stopJob').map(({ job }) => job.item)).toEqual(['daemon.slow']);
});

it.each([
  ['the ledger', { beginProcesses: () => fails() }],
  [
    'the node',
    { beginProcesses: async ({ daemons }) => ({ processes: daemons.map(({ daemon }) => fakeProcess(daemon)) }), startProcesses: () => fails() },
  ],
] satisfies readonly (readonly [string, Partial<Activities>])[])(
  'when %s starts no processes together, the workflow of each daemon starts its own',
  async (part, answers) => {
    // The state of a workflow that has ended can still be asked.
    const own = part === 'the node' ? 'own-node' : 'own-ledger';
    cluster.answer(answers);
    cluster.adopt(workflowIds.daemon(own));
    const group: Group = { daemons: [newManaged(program(own))], orders: [], grantedAtMs: [] };
    await cluster.start<DaemonManagerInput>('daemonManager', workflowIds.daemonManager, { v: 1, group });
    await becomes(own, 'running');
    expect(cluster.inputs('openProcess').map(({ daemon }) => daemon)).toEqual([own]);
    await eventually('the ledger knows', () => changes(own).at(-1) === 'running');
    expect(changes(own).filter((state) => state === 'running')).toHaveLength(1);
  },
);

it('the manager starts the workflow of a daemon again that is gone, from the state that the ledger has', async () => {
  const input: DaemonManagerInput = { v: 1, group: { daemons: [newManaged(row('LOST'))], orders: [], grantedAtMs: [] } };
  cluster.answer({
    workDaemon: async () => well,
    readDaemons: async () => ({ records: { LOST: { ...newDaemon(wish), state: 'running', seq: 7, restarts: 1 } } }),
  });
  cluster.adopt(workflowIds.daemon('LOST'));
  await cluster.start('daemonManager', workflowIds.daemonManager, input);
  await becomes('LOST', 'backing-off');
  await cluster.env.sleep('3s');
  await becomes('LOST', 'running');
  await eventually('the ledger knows', () => changes('LOST').at(-1) === 'running');
  expect(changes('LOST')).toEqual(['backing-off', 'starting', 'running']);
});
