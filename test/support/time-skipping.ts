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
import { controlQueue, gatewayQueue, ledgerQueue, nodeQueue } from '../../src/contract/queue.ts';
import { searchAttributeNames } from '../../src/contract/search-attributes.ts';
import type { WorkflowType } from '../../src/contract/workflows.ts';
import { type KeyRing, ringOf } from '../../src/contract/proof/key-ring.ts';
import { proofInterceptors } from '../../src/service/temporal/proof-interceptors.ts';
import { keyedBundle } from '../../workers/keyed-bundle.ts';
import { proofOfActivity } from '../../workers/proof-of-activity.ts';
import type { NodeId } from '../../src/domain/ids.ts';
import { repository } from './repository.ts';
import { eventually } from './eventually.ts';
import { type Activities, gatewayAnswers, ledgerAnswers, nodeAnswers, quiet } from './quiet-activities.ts';

export const bundle = join(repository, 'dist/workflow-bundle.js');
type Name = keyof Activities;
type Input<K extends Name> = Parameters<Activities[K]>[0];
type Handle = WorkflowHandle<() => Promise<unknown>>;

const keyword = 2;

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
