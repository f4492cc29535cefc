import { fixtureAlerts, fixtureDelivery } from './fixture-alerts.ts';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ItemId, NodeId } from '../../src/domain/ids.ts';
import type { ClusterReads } from '../../src/service/cluster/cluster-reads.ts';
import { thingsNamed } from '../../src/domain/event/thing.ts';
import { createHttpServer } from '../../src/http/server.ts';
import { repository } from '../support/repository.ts';
import {
  fixtureDeadLetters,
  fixtureEvents,
  fixtureFacts,
  fixtureItem,
  fixtureRunning,
  fixtureStatus,
  fixtureSubscriber,
  killed,
} from './fixture-cluster.ts';

/**
 * Builds the CLI, because tests run it from dist as users do. When two test files call this function at once, one call builds and the other waits.
 */
export function buildCli(): void {
  const lock = join(tmpdir(), 'ringmaster-test-build.lock');
  const untilMs = Date.now() + 50_000;
  while (!taken(lock) && Date.now() < untilMs) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
  try {
    execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-b', 'src/cli', 'src/http', 'workers'], { cwd: repository, stdio: 'pipe' });
    execFileSync(process.execPath, ['scripts/bundle-status.mjs'], { cwd: repository, stdio: 'pipe' });
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function taken(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    return false;
  }
}

export interface CliRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
}

/** Runs the CLI with its own state folder, whose cluster.json points to the servers of the test. */
export class CliHarness {
  readonly folder = mkdtempSync(join(tmpdir(), 'ringmaster-cli-'));
  readonly state = join(this.folder, 'state');
  private readonly children = new Set<ChildProcess>();

  writeCluster(httpPort: number, temporalPort: number): void {
    mkdirSync(join(this.state, 'run'), { recursive: true });
    writeFileSync(join(this.state, 'run', 'cluster.json'), JSON.stringify(fixtureRunning(this.state, httpPort, temporalPort)));
  }

  readonly env = (): NodeJS.ProcessEnv => ({
    PATH: process.env['PATH'],
    HOME: this.folder,
    XDG_STATE_HOME: join(this.folder, 'xdg'),
    RINGMASTER_STATE: this.state,
  });

  start(
    args: readonly string[],
    {
      script = 'bin/ringmaster',
      env = {},
      stdout = 'pipe',
    }: { readonly script?: string; readonly env?: NodeJS.ProcessEnv; readonly stdout?: 'pipe' | number } = {},
  ): { readonly child: ChildProcess; readonly done: Promise<CliRun> } {
    const begun = performance.now();
    const child = spawn(process.execPath, [join(repository, script), ...args], {
      env: { ...this.env(), ...env },
      cwd: this.folder,
      stdio: ['ignore', stdout, 'pipe'],
    });
    this.children.add(child);
    const text = { stdout: '', stderr: '' };
    child.stdout?.on('data', (part: Buffer) => (text.stdout += part.toString()));
    child.stderr?.on('data', (part: Buffer) => (text.stderr += part.toString()));
    const done = new Promise<CliRun>((resolve) => child.on('close', (code) => resolve({ code, ...text, ms: performance.now() - begun })));
    void done.then(() => this.children.delete(child));
    return { child, done };
  }

  readonly run = (...args: string[]): Promise<CliRun> => this.start(args).done;

  remove(): void {
    for (const child of this.children) child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Returns the `ClusterReads` of the fixture cluster. `over` replaces some of its members. */
export const fixtureReads = (over: Partial<ClusterReads> = {}, nowMs: () => number = Date.now): ClusterReads => ({
  status: () => fixtureStatus(nowMs()),
  daemons: () => fixtureStatus(nowMs()).daemons,
  alerts: () => fixtureAlerts(nowMs()),
  deliveries: () => [fixtureDelivery(nowMs()), fixtureDelivery(nowMs(), 'pager')],
  item: (id) => (id === 'cf.2.self-play.7' ? fixtureFacts(nowMs()) : undefined),
  items: ({ state, limit }) => [fixtureItem(nowMs())].filter((one) => state === undefined || one.state === state).slice(0, limit),
  jobs: ({ state, node, limit }) => {
    const status = fixtureStatus(nowMs());
    return [...status.openJobs, ...status.recentJobs]
      .filter((one) => (state === undefined || one.state === state) && (node === undefined || one.node === node))
      .slice(0, limit);
  },
  nodeChanges: () => [],
  clusterPause: () => undefined,
  stages: () => [],
  syncs: () => fixtureStatus(nowMs()).recentSyncs,
  models: () => fixtureStatus(nowMs()).models,
  triesOf: () => [],
  keptLog: () => undefined,
  daemonLogs: (daemon, stream) => Promise.resolve(daemon === 'AUTO_SYNC' ? undefined : `${stream} of ${daemon}\n`),
  daemonProcess: (daemon) => (daemon === 'AUTO_SYNC' ? undefined : { node: 'a' as NodeId, job: { item: `daemon.${daemon}` as ItemId, epoch: 1 } }),
  logPart: async (_node, { item, epoch }, stream) => ({ text: `${stream} of ${item}/${epoch}\n`, end: 20, missed: 0 }),
  logs: ({ item, epoch }, stream) => Promise.resolve(epoch === 1 ? `${stream} of ${item}/${epoch}\n` : undefined),
  ledgers: () => [{ file: 'work_queue.db', ok: true, detail: 'ok' }],
  events: ({ type, about }) => ({
    v: 1,
    readAtMs: nowMs(),
    events: fixtureEvents(nowMs()).filter(
      (one) => (type === undefined || one.type === type) && (about === undefined || thingsNamed(about).some((thing) => one.about.includes(thing))),
    ),
    hasMore: false,
    waiting: { events: 0 },
  }),
  event: (id) => fixtureEvents(nowMs()).find((one) => one.id === id),
  eventIdsLike: () => fixtureEvents(nowMs()).map(({ id }) => id),
  eventTrace: (id) => {
    const [lost, retry] = fixtureEvents(nowMs());
    return id === retry?.id && lost !== undefined ? { v: 1, causes: [lost], event: retry, effects: [], hasMore: false } : undefined;
  },
  eventStats: () => ({
    v: 1,
    readAtMs: nowMs(),
    log: { events: 2, newestPosition: 2, oldestAtMs: nowMs() - 60_000 },
    types: [{ type: 'NODE_LOST', events: 1, newestAtMs: nowMs() - 60_000 }],
    outboxes: [{ ledger: 'queue', events: 0 }],
    subscribers: [fixtureSubscriber(nowMs())],
  }),
  subscriptions: () => ({ v: 1, readAtMs: nowMs(), subscribers: [fixtureSubscriber(nowMs())] }),
  deadLetters: () => fixtureDeadLetters(nowMs()),
  deadLettersOf: (id) => fixtureDeadLetters(nowMs()).filter(({ event }) => event.id === id),
  isReady: () => ({ ready: true, reasons: [] }),
  ...over,
});

export async function listenFixture(over: Partial<ClusterReads> = {}): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const server = createHttpServer({ reads: fixtureReads(over) });
  await server.listen({ host: '127.0.0.1', port: 0 });
  return { port: (server.server.address() as AddressInfo).port, close: () => server.close() };
}

export { killed };
