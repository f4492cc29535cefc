/**
 * Tests the workflows alone. The workflow bundle runs on the time-skipping test server, with fake activities on the real queues. Node `a` has a
 * resident worker, and the other nodes have none. The server's clock jumps while a test awaits `result()` or `env.sleep()`, unless an activity is
 * open. An open activity left by an earlier test would stop the clock. For this reason the workflows of a test are cancelled at the end of the test,
 * and the tests that need the clock come first in a file. A fake activity that takes long sleeps with `env.sleep`, which lets the clock jump.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Context } from '@temporalio/activity';
import { Client, type WorkflowHandle } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import type { GatewayActivities, LedgerActivities, NodeActivities } from '../../src/contract/activity/by-queue.ts';
import { controlQueue, gatewayQueue, ledgerQueue, nodeQueue } from '../../src/contract/queue.ts';
import { searchAttributeNames } from '../../src/contract/search-attributes.ts';
import type { WorkflowType } from '../../src/contract/workflows.ts';
import { type KeyRing, ringOf } from '../../src/contract/proof/key-ring.ts';
import { proofInterceptors } from '../../src/service/temporal/proof-interceptors.ts';
import { keyedBundle } from '../../workers/keyed-bundle.ts';
import { proofOfActivity } from '../../workers/proof-of-activity.ts';
import type { DaemonProcess } from '../../src/domain/daemon/command.ts';
import { itemOfDaemon } from '../../src/domain/daemon/daemon-item.ts';
import type { NodeId } from '../../src/domain/ids.ts';
import { repository } from './repository.ts';
import { eventually } from './eventually.ts';
import { itemSpec } from './item-spec.ts';

export const bundle = join(repository, 'dist/workflow-bundle.js');
export type Activities = LedgerActivities & GatewayActivities & NodeActivities;
type Name = keyof Activities;
type Input<K extends Name> = Parameters<Activities[K]>[0];
type Handle = WorkflowHandle<() => Promise<unknown>>;

const keyword = 2;
const sha256 = 'a'.repeat(64);

/** In a cluster where nothing happens, the real activities return these results. */
const ledgerAnswers: LedgerActivities = {
  enqueue: async ({ items }) => ({ added: items.length }),
  claim: async () => ({ started: [], pendingLeft: 0 }),
  beginJob: async () => ({ accepted: true, cancelled: false }),
  progressJobs: async () => undefined,
  closeJob: async () => ({ accepted: true }),
  foldersOf: async () => ({ jobs: [] }),
  foldersGone: async () => undefined,
  strayJobs: async () => ({ jobs: [] }),
  cancelItems: async () => ({ cancelled: [], jobs: [] }),
  items: async () => [],
  chooseItems: async ({ items }) => items.map((id) => ({ id, isMissing: true })),
  reconcileClaims: async () => ({ freed: [] }),
  populate: async () => ({ items: [], added: 0 }),
  recordSync: async () => undefined,
  noteVersion: async () => undefined,
  copiesOf: async () => ({ has: [], failed: [] }),
  consolidate: async () => ({ read: 0, added: 0, total: 0, ignored: 0, setAside: [] }),
  gamesAway: async () => ({ nodes: [], gone: [] }),
  replayGames: async () => ({ items: [], added: 0, turnHasGames: true, late: 0, givenUp: 0 }),
  exportTrainingSet: async () => ({ set: { name: 'set', sha256, bytes: 1 }, games: 1 }),
  pastGames: async () => ({ past: [], ageMs: 0 }),
  gameFilesRemoved: async () => undefined,
  beginTurn: async ({ payload }) => ({ champion: { id: 'random' }, payload }),
  registerModel: async ({ turn }) => ({ id: `model-${turn}`, sha256, bytes: 1 }),
  allocateOpenings: async () => ({ first: 0 }),
  promote: async ({ champion }) => ({ champion: { id: champion }, promoted: false }),
  recordStage: async () => [],
  recordNodes: async () => ({ wishes: {} }),
  deliverEvents: async () => ({ subscribers: [] }),
  steerDelivery: async ({ verb, subscriber }) => ({ verb, subscriber, count: 0 }),
  wishNode: async ({ node }) => ({ node, changed: false, openJobs: [] }),
  wishPipeline: async ({ pipeline, verb, by, reason }) => ({
    pipeline,
    verb,
    turn: 1,
    wish: { wish: 'paused', by, reason, sinceMs: 1 },
    signal: { by, reason },
  }),
  recordDaemon: async () => undefined,
  recordDaemons: async () => undefined,
  beginRounds: async () => ({ worked: {} }),
  beginProcesses: async () => ({ processes: [] }),
  readDaemons: async () => ({ records: {} }),
  daemonsNotRunning: async () => ({ missing: [] }),
  wishDaemons: async ({ verb, by, reason }) => ({
    verb,
    daemons: [],
    needed: [],
    waiting: [],
    inOrder: false,
    wish: { wish: 'running', by, reason, sinceMs: 1 },
  }),
  noteBrake: async () => undefined,
  noteRound: async () => undefined,
  lastNodes: async () => ({ views: [] }),
  maintain: async () => ({ ends: [] }),
  reapJob: async () => undefined,
  ownerlessJobs: async () => ({ jobs: [] }),
  noteReaped: async () => undefined,
  noteShutdown: async () => ({ isNew: true }),
  noteShutdownFailure: async () => undefined,
  gamesReported: async () => ({ isKnown: false }),
  recordAlerts: async () => undefined,
  silenceAlerts: async ({ verb }) => ({ verb, silences: [], unknown: [] }),
  reportGames: async () => undefined,
  openProcess: async ({ daemon }) => fakeProcess(daemon),
  heldProcess: async () => ({}),
  closeProcess: async () => undefined,
  adjustValues: async () => undefined,
  lookAtDaemons: async () => ({ looks: 0, wakes: 0 }),
  workDaemon: async () => ({ health: { healthy: true, message: 'quiet', details: {} }, memory: undefined, steps: [] }),
};
/** The process of the command daemon `web` on node `a`. */
export const fakeProcess = (daemon: string, epoch = 1): DaemonProcess => ({
  daemon,
  node: 'a' as NodeId,
  job: { item: itemOfDaemon(daemon), epoch },
  spec: itemSpec(itemOfDaemon(daemon)),
  stop: { signal: 'TERM', graceMs: 0 },
  readyWithinMs: 60_000,
  residentRoute: false,
  declaration: sha256,
});
export const startedJob = { pid: 1, startTicks: 1, bootId: 'boot', adopted: false };
const nodeAnswers: NodeActivities = {
  startJob: async () => startedJob,
  startProcesses: async () => ({ started: {} }),
  watchProcess: async ({ health }) => ({ type: 'news', health, known: { healthy: true, message: 'well' } }),
  awaitJob: async () => ({ type: 'completed', manifest: { v: 1, files: [], result: {} } }),
  stopJob: async () => ({ stopped: 1 }),
  forgetJobs: async () => undefined,
  oldJobs: async () => [],
  heldJobs: async () => [],
  removeGames: async () => [],
};
const gatewayAnswers: GatewayActivities = {
  shipJob: async () => undefined,
  launchJob: async () => startedJob,
  fetchOutputs: async () => undefined,
  transfer: async () => ({ digest: 'd', files: 1, bytes: 1, changed: true, method: 'fake', durationMs: 1 }),
  payloadTree: async () => ({ dataset: 'payload', digest: 'd' }),
  stageChampion: async ({ pipeline }) => ({ dataset: `champion-${pipeline}` }),
  ensureNodeWorker: async () => ({ pid: 1, started: false }),
  shutNodeDown: async () => ({}),
};
const quiet: Activities = { ...ledgerAnswers, ...nodeAnswers, ...gatewayAnswers };

/** Holds a fake activity until the test opens the gate or the activity is cancelled. A held activity sends heartbeats. */
class Gate {
  #open = (): void => undefined;
  readonly #opened = new Promise<void>((resolve) => (this.#open = resolve));
  open = (): void => this.#open();

  async held(): Promise<void> {
    const context = Context.current();
    const beat = setInterval(() => context.heartbeat(), 50);
    await Promise.race([this.#opened, context.cancelled]).finally(() => clearInterval(beat));
  }
}

export class FakeCluster {
  readonly env: TestWorkflowEnvironment;
  readonly #workers: { readonly worker: Worker; readonly run: Promise<void> }[] = [];
  #replaced: Partial<Activities> = {};
  readonly #started: Handle[] = [];
  #client: Client;
  #keys: KeyRing | undefined;
  readonly #gates: Gate[] = [];
  #calls: { readonly name: Name; readonly input: unknown }[] = [];

  private constructor(env: TestWorkflowEnvironment) {
    this.env = env;
    this.#client = env.client;
  }

  /** Starts the cluster. With `key`, it requires the key, and `start` proves its calls. `env.client` never does. */
  static async start(key?: string): Promise<FakeCluster> {
    Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter: 'ERROR', forward: {} } } });
    const env = await TestWorkflowEnvironment.createTimeSkipping({ server: { executable: { type: 'existing-path', path: testServer() } } });
    await env.connection.operatorService.addSearchAttributes({
      namespace: 'default',
      searchAttributes: Object.fromEntries(searchAttributeNames.map((name) => [name, keyword])),
    });
    const cluster = new FakeCluster(env);
    if (key !== undefined) {
      cluster.#keys = ringOf(key);
      cluster.#client = new Client({ connection: env.connection, interceptors: proofInterceptors(cluster.#keys) });
    }
    await cluster.work({ taskQueue: controlQueue, workflowBundle: key === undefined ? { codePath: bundle } : { code: keyedBundle(bundle, key) } });
    await cluster.work({ taskQueue: ledgerQueue, activities: cluster.#fakes(ledgerAnswers) });
    await cluster.work({ taskQueue: gatewayQueue, activities: cluster.#fakes({ ...gatewayAnswers, ...nodeAnswers }) });
    await cluster.work({ taskQueue: nodeQueue('a' as NodeId), activities: cluster.#fakes(nodeAnswers) });
    return cluster;
  }

  /** Replaces the given fake activities from now on. All other activities return what they return in a quiet cluster. */
  answer(answers: Partial<Activities>): void {
    this.#replaced = answers;
  }

  /** Returns the inputs of all calls of an activity so far, the oldest first. Each retry is a call. */
  inputs<K extends Name>(name: K): readonly Input<K>[] {
    return this.#calls.filter((call) => call.name === name).map((call) => call.input as Input<K>);
  }

  /** Forgets the calls of activities so far, so that the calls of a day fill no memory. */
  forgetCalls(): void {
    this.#calls = [];
  }

  /** Resolves when the activity has been called at least `times` times. */
  called = (name: Name, times: number): Promise<true> => eventually(`${times} × ${name}`, () => this.inputs(name).length >= times);

  async start<I>(type: WorkflowType, workflowId: string, input: I): Promise<Handle> {
    await this.#client.workflow.start<(input: I) => Promise<unknown>>(type, { workflowId, taskQueue: controlQueue, args: [input] });
    return this.adopt(workflowId);
  }

  /** The client that `start` uses. */
  get client(): Client {
    return this.#client;
  }

  /** Returns the handle of a workflow that the test or another workflow started. `reset` will end the workflow. */
  adopt(workflowId: string): Handle {
    const handle: Handle = this.env.client.workflow.getHandle(workflowId);
    this.#started.push(handle);
    return handle;
  }

  /** Returns the commands of a workflow in order, written as `activity@queue`, `signal→workflow` or `child <workflow>`. */
  async commandsOf({ workflowId }: { readonly workflowId: string }): Promise<string[]> {
    const { events } = await this.env.client.workflow.getHandle(workflowId).fetchHistory();
    return (events ?? []).flatMap((event) => {
      const activity = event.activityTaskScheduledEventAttributes;
      const signal = event.signalExternalWorkflowExecutionInitiatedEventAttributes;
      const child = event.startChildWorkflowExecutionInitiatedEventAttributes;
      if (activity) return `${activity.activityType?.name}@${activity.taskQueue?.name}`;
      if (signal) return `${signal.signalName}→${signal.workflowExecution?.workflowId}`;
      return child ? `child ${child.workflowId}` : [];
    });
  }

  /** Returns a gate. The test opens the gate, or `reset` does after the test. */
  gate(): Gate {
    const gate = new Gate();
    this.#gates.push(gate);
    return gate;
  }

  /**
   * Cancels the workflows of the test and forgets the calls of activities. A terminated workflow stops the clock for ever, so only a workflow that
   * does not end after the cancel is terminated.
   */
  async reset(): Promise<void> {
    this.#replaced = {};
    for (const gate of this.#gates.splice(0)) gate.open();
    await Promise.all(
      this.#started.splice(0).map(async (handle) => {
        await handle.cancel().catch(() => undefined);
        const ended = eventually(`the end of ${handle.workflowId}`, async () => (await handle.describe()).status.name !== 'RUNNING', {
          limitMs: 3_000,
        });
        await ended.catch(() => handle.terminate().catch(() => undefined));
      }),
    );
    this.#calls = [];
  }

  async stop(): Promise<void> {
    for (const { worker } of this.#workers) worker.shutdown();
    await Promise.all(this.#workers.map(({ run }) => run));
    await this.env.teardown();
  }

  /** Runs one more worker until `stop`. */
  async work(options: Omit<WorkerOptions, 'connection'>): Promise<void> {
    const worker = await Worker.create({
      connection: this.env.nativeConnection,
      maxHeartbeatThrottleInterval: '50ms',
      shutdownForceTime: '2s',
      ...(this.#keys === undefined ? {} : { interceptors: { activity: [proofOfActivity(this.#keys)] } }),
      ...options,
    });
    this.#workers.push({ worker, run: worker.run() });
  }

  #fakes(of: object): Record<string, (input: never) => Promise<unknown>> {
    const fake = (name: Name) => async (input: never) => {
      this.#calls.push({ name, input });
      const answer: (input: never) => Promise<unknown> = this.#replaced[name] ?? quiet[name];
      return answer(input);
    };
    return Object.fromEntries(Object.keys(of).map((name) => [name, fake(name as Name)]));
  }
}

/** Returns the path of the test server: the path from the environment if there is one, otherwise the path that set-up recorded. */
function testServer(): string {
  const record = join(repository, 'dist/setup.json');
  const recorded = existsSync(record) ? (JSON.parse(readFileSync(record, 'utf8')) as { testServer?: string | null }).testServer : undefined;
  const path = process.env['TEMPORAL_TEST_SERVER_PATH'] ?? recorded;
  if (typeof path === 'string') return path;
  throw new Error('Cannot test workflows because no time-skipping server was set up; try npm test, which sets it up, or TEMPORAL_TEST_SERVER_PATH');
}
