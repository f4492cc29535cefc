/** The workflows of the daemons that keep a cluster in order, with a clock that jumps. */
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { DaemonInput } from '../../src/contract/workflows.ts';
import { signals, workflowIds } from '../../src/contract/workflows.ts';
import { newDaemon } from '../../src/domain/daemon/lifecycle.ts';
import type { Worked } from '../../src/domain/daemon/work.ts';
import type { ItemId, JobRef, NodeId } from '../../src/domain/ids.ts';
import { daemonRows } from '../../src/duty/catalogue.ts';
import { eventually } from '../support/eventually.ts';
import { FakeCluster } from '../support/time-skipping.ts';

let cluster: FakeCluster;
beforeAll(async () => void (cluster = await FakeCluster.start()));
afterEach(() => cluster.reset());
afterAll(() => cluster?.stop());

const well: Worked = { health: { healthy: true, message: 'well', details: {} }, memory: undefined, steps: [] };
const wish = { wish: 'running', by: 'ringmaster', reason: 'the cluster runs', sinceMs: 0 } as const;

async function startDaemon(id: string) {
  const row = daemonRows.find((one) => one.id === id);
  if (row === undefined) throw new Error(`no daemon ${id}`);
  const handle = await cluster.start<DaemonInput>('daemon', workflowIds.daemon(id), { v: 1, row, daemon: newDaemon(wish) });
  await handle.signal(signals.tell, { row, missing: [], wish });
  const stateOf = async (): Promise<string> => (await handle.query<{ state: string }>('state')).state;
  return { handle, row, stateOf };
}

it('MAINTENANCE removes what nothing needs a minute after its start and then each hour, sooner after a failure, and never while it is stopped', async () => {
  const done = { part: 'items', type: 'done', tidied: { removed: 0, bytes: 0, items: 3 } } as const;
  const failure = { code: 'ledger.corrupt', class: 'data', message: 'the file is damaged', fields: {}, chain: [] } as const;
  let fails = false;
  cluster.answer({ maintain: async () => ({ ends: fails ? [{ part: 'items', type: 'failed', failure }] : [done] }) });
  const { handle, row, stateOf } = await startDaemon('MAINTENANCE');
  await eventually('it runs', async () => (await stateOf()) === 'running');
  expect(cluster.inputs('maintain')).toHaveLength(0);
  await cluster.env.sleep('2 minutes');
  expect(cluster.inputs('maintain')).toHaveLength(1);
  await cluster.env.sleep('3 hours');
  expect(cluster.inputs('maintain')).toHaveLength(4);
  fails = true;
  await cluster.env.sleep('1 hour');
  await eventually('it is degraded', async () => (await stateOf()) === 'degraded');
  await cluster.env.sleep('31 minutes');
  expect(cluster.inputs('maintain').length).toBeGreaterThanOrEqual(8);
  await handle.signal(signals.tell, { row, missing: [], wish: { ...wish, wish: 'stopped', sinceMs: 1 } });
  await eventually('it is stopped', async () => (await stateOf()) === 'stopped');
  const before = cluster.inputs('maintain').length;
  await cluster.env.sleep('5 hours');
  expect(cluster.inputs('maintain')).toHaveLength(before);
});

it('JOB_REAPER asks the workflows of overdue jobs to end them, ends processes that nothing owns, and a node that does not answer stops nothing', async () => {
  const ref = (item: string): JobRef => ({ item: item as ItemId, epoch: 1 });
  const [a, b] = ['a', 'b'] as [NodeId, NodeId];
  const steps = [
    { type: 'reap-job', job: ref('x.slow'), node: a, because: 'it is over its limit' },
    { type: 'end-strays', node: a },
    { type: 'end-strays', node: b },
  ] as const;
  let rounds = 0;
  cluster.answer({
    workDaemon: async () => ({ ...well, steps: (rounds += 1) === 1 ? steps : [] }),
    heldJobs: async ({ node }) => {
      if (node === a) throw ApplicationFailure.create({ message: 'away', type: 'transport.unreachable', nonRetryable: true });
      return [ref('x.stray'), ref('x.own')];
    },
    ownerlessJobs: async () => ({ jobs: [{ job: ref('x.stray'), because: 'no ledger knows its item' }] }),
  });
  const { handle, stateOf } = await startDaemon('JOB_REAPER');
  await eventually('it runs', async () => (await stateOf()) === 'running');
  expect(cluster.inputs('reapJob')).toEqual([{ job: ref('x.slow'), node: a, because: 'it is over its limit' }]);
  expect(cluster.inputs('ownerlessJobs')).toEqual([{ node: b, jobs: [ref('x.stray'), ref('x.own')] }]);
  expect(cluster.inputs('stopJob')).toMatchObject([{ node: b, job: ref('x.stray') }]);
  expect(cluster.inputs('noteReaped')).toEqual([{ node: b, job: ref('x.stray'), because: 'no ledger knows its item' }]);
  const commands = (await cluster.commandsOf(handle)).filter((command) => /stopJob|noteReaped/.test(command));
  expect(commands).toEqual(['stopJob@gateway', 'noteReaped@ledger']);
});

it('QUALITY_MONITOR pauses a pipeline that holds bad games before it reports them, reports others only, and does neither a second time', async () => {
  const step = (pipeline: string, holds: boolean) =>
    ({ type: 'report-games', key: `${pipeline}/2: draws`, holds, pipeline, turn: 2, games: 60, faults: ['draws'], reason: 'draws' }) as const;
  let rounds = 0;
  cluster.answer({
    workDaemon: async () => ({ ...well, steps: (rounds += 1) === 1 ? [step('held', true), step('open', false), step('known', true)] : [] }),
    gamesReported: async ({ key }) => ({ isKnown: key.startsWith('known') }),
  });
  const { handle, stateOf } = await startDaemon('QUALITY_MONITOR');
  await eventually('it runs', async () => (await stateOf()) === 'running');
  expect(cluster.inputs('wishPipeline')).toEqual([{ pipeline: 'held', verb: 'pause', by: 'QUALITY_MONITOR', reason: 'draws', now: true }]);
  expect(cluster.inputs('reportGames').map(({ pipeline }) => pipeline)).toEqual(['held', 'open']);
  const commands = (await cluster.commandsOf(handle)).filter((command) => /wishPipeline|pause|reportGames/.test(command));
  expect(commands).toEqual(['wishPipeline@ledger', 'pause→pipeline/held', 'reportGames@ledger', 'reportGames@ledger']);
});

it('FEEDBACK_LOOP records the changes of its round', async () => {
  const changes = [{ key: 'exploration', from: 0.1, to: 0.15, reason: 'two level turns' }] as const;
  let rounds = 0;
  cluster.answer({
    workDaemon: async () => ({ ...well, steps: (rounds += 1) === 1 ? [{ type: 'adjust-values', pipeline: 'cf', turn: 2, changes }] : [] }),
  });
  const { handle, stateOf } = await startDaemon('FEEDBACK_LOOP');
  await eventually('it runs', async () => (await stateOf()) === 'running');
  expect(cluster.inputs('adjustValues')).toEqual([{ pipeline: 'cf', turn: 2, changes }]);
  expect((await cluster.commandsOf(handle)).filter((command) => command.includes('adjustValues'))).toEqual(['adjustValues@ledger']);
});

it('IDLE_SHUTDOWN drains a node and wakes the dispatcher, runs a command once for each drain, and records how a command failed', async () => {
  const [a, b, c] = ['a', 'b', 'c'] as [NodeId, NodeId, NodeId];
  const shut = (node: NodeId) => ({ type: 'shut-node-down', node, key: `${node}/7`, because: 'it is idle' }) as const;
  let rounds = 0;
  cluster.answer({
    workDaemon: async () => ({
      ...well,
      steps: (rounds += 1) === 1 ? [{ type: 'drain-node', node: a, by: 'IDLE_SHUTDOWN', reason: 'it is idle' }, shut(b), shut(c)] : [],
    }),
    noteShutdown: async ({ node }) => ({ isNew: node === b }),
    shutNodeDown: async () => ({ failure: 'its command ended with exit code 3' }),
  });
  const { handle, stateOf } = await startDaemon('IDLE_SHUTDOWN');
  await eventually('it runs', async () => (await stateOf()) === 'running');
  expect(cluster.inputs('wishNode')).toEqual([{ node: a, service: 'draining', by: 'IDLE_SHUTDOWN', reason: 'it is idle' }]);
  expect(cluster.inputs('shutNodeDown')).toEqual([{ node: b }]);
  expect(cluster.inputs('noteShutdownFailure')).toEqual([{ node: b, key: 'b/7', because: 'its command ended with exit code 3' }]);
  // The event comes before the command, because the command can end the connection that carries its result.
  const commands = (await cluster.commandsOf(handle)).filter((command) => /Shutdown|shutNode|wake→/.test(command));
  expect(commands.slice(0, 3)).toEqual(['wake→dispatcher', 'noteShutdown@ledger', 'shutNodeDown@gateway']);
});
