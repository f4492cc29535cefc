/** The workflows of the daemons and of their manager, with a clock that jumps. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { DaemonInput, DaemonManagerInput, GenerationInput } from '../../src/contract/workflows.ts';
import { signals, workflowIds } from '../../src/contract/workflows.ts';
import { brakeRestartsMax, brakeWindowMs } from '../../src/domain/daemon/brake.ts';
import { newDaemon } from '../../src/domain/daemon/lifecycle.ts';
import { newManaged } from '../../src/domain/daemon/manager.ts';
import type { PipelineConfig } from '../../src/domain/pipeline/pipeline.ts';
import { toFailureRecord as recordOf } from '../../src/domain/failure/to-failure-record.ts';
import { deliverMsMax } from '../../src/domain/limits.ts';
import { RingmasterError } from '../../src/domain/failure/error.ts';
import { msOf } from '../support/daemon-record.ts';
import { eventually } from '../support/eventually.ts';
import { daemonsOf, row, told, well, wish } from '../support/daemon-workflows.ts';
import { FakeCluster } from '../support/time-skipping.ts';

let cluster: FakeCluster;
beforeAll(async () => void (cluster = await FakeCluster.start()));
afterEach(() => cluster.reset());
afterAll(() => cluster?.stop());
const { stateOf, becomes, changes } = daemonsOf(() => cluster);

const broken = new RingmasterError('internal.defect', { cannot: 'work', because: 'of the test', hint: { say: 'again' } });

/** Starts the workflow of one daemon, as its manager does, without dependencies that are missing. */
async function startDaemon(id: string) {
  const handle = await cluster.start<DaemonInput>('daemon', workflowIds.daemon(id), { v: 1, row: row(id), daemon: newDaemon(wish) });
  await handle.signal(signals.tell, told(id));
  return handle;
}
/** Returns the times at which the manager granted restarts, by the clock of the server. */
const grantsOf = async ({ workflowId }: { readonly workflowId: string }): Promise<readonly number[]> => {
  const { events } = await cluster.env.client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).flatMap(({ signalExternalWorkflowExecutionInitiatedEventAttributes: signal, eventTime }) =>
    signal?.signalName === signals.grantRestart ? [msOf(eventTime)] : [],
  );
};
it('a daemon does a round each interval, restarts with growing delays when its rounds fail, and fails at last, until it is reset', async () => {
  let isBroken = false;
  cluster.answer({
    workDaemon: async () => {
      if (isBroken) throw broken;
      return well;
    },
  });
  const handle = await startDaemon('ONE');
  await becomes('ONE', 'running');
  await cluster.env.sleep('5 minutes');
  const rounds = cluster.inputs('workDaemon').length;
  expect(rounds).toBeGreaterThanOrEqual(5);
  expect(rounds).toBeLessThanOrEqual(7);
  isBroken = true;
  await cluster.env.sleep('3 minutes');
  await becomes('ONE', 'failed');
  // The failing round in running, and one after each of the five delays.
  expect(cluster.inputs('workDaemon')).toHaveLength(rounds + 6);
  await cluster.env.sleep('1 hour');
  expect(cluster.inputs('workDaemon')).toHaveLength(rounds + 6);
  isBroken = false;
  await handle.signal(signals.order, { verb: 'reset', by: 'ada@home', reason: 'mended' });
  await becomes('ONE', 'running');
  await eventually('the ledger has each change', () => changes('ONE').filter((state) => state === 'backing-off').length === 5);
  await eventually('the ledger has the last change', () => changes('ONE').at(-1) === 'running');
});

it('a daemon whose process is stopped in each round never fails, because its duty is not at fault', async () => {
  const stopped = ApplicationFailure.create({ type: 'WorkerShutdown', message: 'Worker is shutting down', nonRetryable: true });
  cluster.answer({ workDaemon: () => Promise.reject(stopped) });
  const { workflowId } = await startDaemon('STOPS');
  // The workflow continues as new meanwhile. With an activity open, that would stop the clock.
  await cluster.env.sleep('10 minutes');
  await becomes('STOPS', 'backing-off');
  expect(cluster.inputs('workDaemon').length).toBeGreaterThan(30);
  const records = cluster.inputs('recordDaemon').filter(({ daemon }) => daemon === 'STOPS');
  expect(records.at(-1)?.record.failure).toMatchObject({
    kind: 'gone',
    record: { code: 'server.unavailable', message: 'Cannot finish a step because its process was stopped' },
  });
  const { events } = await cluster.env.client.workflow.getHandle(workflowId).fetchHistory();
  expect(events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId).toBeTruthy();
});

it('a daemon that the ledger looks at does a round of its own once an hour, and each interval while it is degraded', async () => {
  let healthy = true;
  cluster.answer({ workDaemon: async () => ({ ...well, health: { ...well.health, healthy } }) });
  const input: DaemonInput = { v: 1, row: row('SEEN'), daemon: newDaemon(wish), isLookedAt: true };
  const handle = await cluster.start<DaemonInput>('daemon', workflowIds.daemon('SEEN'), input);
  await becomes('SEEN', 'running');
  await cluster.env.sleep('59 minutes');
  expect(cluster.inputs('workDaemon')).toHaveLength(1);
  await cluster.env.sleep('2 minutes');
  await cluster.called('workDaemon', 2);
  healthy = false;
  await handle.signal(signals.wake);
  await becomes('SEEN', 'degraded');
  await cluster.env.sleep('3 minutes');
  expect(cluster.inputs('workDaemon').length).toBeGreaterThanOrEqual(5);
});

it('by the clock of the server, at most ten restarts are granted in a minute, also when a plan is carried out late', async () => {
  const ids = Array.from({ length: brakeRestartsMax + 2 }, (_, index) => `D${index}`);
  const backsOff = ids.map((id) => ({
    ...newManaged(row(id, [], false), wish, { state: 'backing-off', seq: 4 }),
    told: { missing: [], wish: 'running' as const },
    gone: false,
  }));
  const input: DaemonManagerInput = { v: 1, group: { daemons: [...backsOff, newManaged(row('NEW'))], orders: [], grantedAtMs: [] } };
  const plannedMs: number[] = [];
  const startMs = 1_500;
  cluster.answer({
    workDaemon: async () => well,
    // The start of the new daemon takes a while, and the grants of the same plan are sent after that.
    readDaemons: async () => {
      plannedMs.push(Context.current().info.currentAttemptScheduledTimestampMs);
      await sleep(startMs);
      return { records: {} };
    },
  });
  cluster.adopt(workflowIds.daemon('NEW'));
  const manager = await cluster.start('daemonManager', workflowIds.daemonManager, input);
  await becomes('NEW', 'running');
  const sentMs = await eventually('every restart is granted', async () => {
    await cluster.env.sleep('10s');
    const times = await grantsOf(manager);
    return times.length === ids.length && times;
  });
  // The looks at the daemons begin again when they have ended.
  expect(cluster.inputs('lookAtDaemons').length).toBeGreaterThan(1);
  const [firstMs = 0] = sentMs;
  expect(firstMs - (plannedMs[0] ?? 0), 'the plan was carried out late').toBeGreaterThanOrEqual(startMs);
  expect((sentMs[brakeRestartsMax] ?? 0) - firstMs).toBeGreaterThanOrEqual(brakeWindowMs);
});

it('a wake-up makes the duty work at once; one that comes while the daemon is stopped is kept', async () => {
  cluster.answer({ workDaemon: async () => well });
  const handle = await startDaemon('TWO');
  await becomes('TWO', 'running');
  const before = cluster.inputs('workDaemon').length;
  await handle.signal(signals.wake);
  await cluster.called('workDaemon', before + 1);
  await handle.signal(signals.tell, { ...told('TWO'), wish: { ...wish, wish: 'stopped', sinceMs: 1 } });
  await becomes('TWO', 'stopped');
  await handle.signal(signals.wake);
  await handle.signal(signals.tell, { ...told('TWO'), wish: { ...wish, sinceMs: 2 } });
  await becomes('TWO', 'running');
  expect(cluster.inputs('workDaemon').length).toBeGreaterThan(before + 1);
});

it('a stop interrupts a round that hangs, and a round that hangs by itself is told apart from one that throws', async () => {
  const gate = cluster.gate();
  cluster.answer({ workDaemon: async () => gate.held().then(() => well) });
  const handle = await startDaemon('THREE');
  await cluster.called('workDaemon', 1);
  await handle.signal(signals.tell, { ...told('THREE'), wish: { ...wish, wish: 'stopped', sinceMs: 1 } });
  await becomes('THREE', 'stopped');
  await eventually('the ledger knows', () => changes('THREE').at(-1) === 'stopped');
  expect(changes('THREE')).toEqual(['starting', 'stopping', 'stopped']);
});

it('the router of events delivers again and again, shows its deliveries, and is degraded while a subscriber rests', async () => {
  const gate = cluster.gate();
  let calls = 0;
  cluster.answer({
    deliverEvents: async () => {
      calls += 1;
      if (calls === 3) return { subscribers: [{ subscriber: 'dispatcher', done: 0, failed: 1, failure: recordOf(broken) }] };
      if (calls > 120) await gate.held();
      return { subscribers: [{ subscriber: 'dispatcher', done: 2, failed: 0 }] };
    },
  });
  const router = await startDaemon('EVENT_ROUTER');
  await cluster.called('deliverEvents', 121);
  const lengths = cluster.inputs('deliverEvents').map(({ maxMs }) => maxMs);
  expect(lengths.slice(0, 3)).toEqual([1, deliverMsMax, deliverMsMax]);
  await eventually('the ledger has each change', () => changes('EVENT_ROUTER').length >= 4);
  expect(changes('EVENT_ROUTER')).toEqual(['starting', 'running', 'degraded', 'running']);
  expect(await router.query('state')).toMatchObject({ state: 'running', rows: { dispatcher: '2 done' } });
  const { events } = await cluster.env.client.workflow.getHandle(router.workflowId).fetchHistory();
  expect(events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId).toBeTruthy();
});

it('a duty starts a pipeline that is gone, once, and syncs, and wakes the turns that wait for its daemon', async () => {
  const pipeline = { config: { name: 'lost' } as PipelineConfig, nodes: [], turn: 3, turnsLeft: 1, paused: true, failures: 0 };
  const turn = await cluster.start<GenerationInput>('generation', workflowIds.generation('woken', 1), {
    config: { name: 'woken' } as PipelineConfig,
    turn: 1,
    nodes: [],
  });
  const missing = { id: 'DATA_PIPELINE', state: 'stopped', because: 'of the test' } as const;
  let isStopped = true;
  cluster.answer({
    daemonsNotRunning: async () => ({ missing: isStopped ? [missing] : [] }),
    workDaemon: async () => ({
      ...well,
      steps: [
        { type: 'run-pipeline', pipeline },
        { type: 'wake', workflow: turn.workflowId },
        ...['b', 'c'].map((target) => ({ type: 'sync' as const, request: { dataset: 'd', source: 'home', target, version: 'v2' } })),
      ],
    }),
  });
  await cluster.called('daemonsNotRunning', 1);
  expect(cluster.inputs('daemonsNotRunning')[0]).toEqual({ daemons: ['DATA_PIPELINE', 'QUEUE_POPULATOR'] });
  await eventually('the turn says what it waits for', () =>
    cluster.inputs('recordStage').some(({ detail }) => detail === 'waits for DATA_PIPELINE, which is stopped because of the test'),
  );
  isStopped = false;
  const keeper = await startDaemon('KEEPER');
  for (const target of ['b', 'c']) cluster.adopt(workflowIds.sync('d', 'home', target));
  await cluster.called('recordSync', 2);
  expect(cluster.inputs('recordSync')).toContainEqual(expect.objectContaining({ dataset: 'd', source: 'home', target: 'b', version: 'v2' }));
  const starts = (await keeper.fetchHistory()).events?.flatMap(({ startChildWorkflowExecutionInitiatedEventAttributes: start }) => start ?? []) ?? [];
  const syncTasks = starts.filter(({ workflowType }) => workflowType?.name === 'sync').map((start) => String(start.workflowTaskCompletedEventId));
  expect([syncTasks.length, new Set(syncTasks).size], 'both syncs start in one workflow task').toEqual([2, 1]);
  const lost = cluster.adopt(workflowIds.pipeline('lost'));
  cluster.adopt(workflowIds.stage('self-play', 'woken', 1));
  await eventually('the turn goes on', async () => (await cluster.commandsOf(turn)).includes('child self-play/woken/1'));
  const { runId } = await lost.describe();
  await keeper.signal(signals.wake);
  await cluster.called('workDaemon', 2);
  expect(await lost.describe()).toMatchObject({ runId, status: { name: 'RUNNING' } });
});

it('a daemon reports to its manager also while a round is under way', async () => {
  const gate = cluster.gate();
  cluster.answer({ workDaemon: async () => gate.held().then(() => well) });
  const handle = await startDaemon('BUSY');
  await cluster.called('workDaemon', 1);
  const reports = async (): Promise<number> =>
    (await cluster.commandsOf(handle)).filter((command) => command === `${signals.daemonReported}→${workflowIds.daemonManager}`).length;
  const before = await reports();
  await handle.signal(signals.tell, told('BUSY'));
  await eventually('it has reported', async () => (await reports()) > before);
  expect(await stateOf('BUSY')).toBe('starting');
});
