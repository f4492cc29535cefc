import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ProcessView } from '../../src/contract/read-model.ts';
import { createLog } from '../../src/telemetry/log.ts';
import type { RunningCluster } from '../../src/domain/cluster.ts';
import { identify } from '../../workers/launcher/process/process-identity.ts';
import { socketPath } from '../../workers/launcher/launcher-socket.ts';
import {
  buildStage,
  childNames,
  closeScene,
  eventually,
  expectNothingLeft,
  openScene,
  processesOf,
  workerNames,
  type Scene,
  type Stage,
} from './stage.ts';

const limitMs = 60_000;
let stage: Stage;
let scene: Scene;

beforeAll(async () => {
  stage = await buildStage();
}, limitMs);
afterAll(() => stage.close());
beforeEach(async () => {
  scene = await openScene();
});
afterEach(async () => {
  try {
    await stage.verbs.down({ state: scene.state });
    await expectNothingLeft(scene);
  } finally {
    closeScene(scene);
  }
}, limitMs);

const up = (options: object = {}) =>
  stage.verbs.up({ clusterFile: scene.clusterFile, env: scene.env, distFolder: stage.dist, limitMs: 30_000, ...options });
const pidsOf = (processes: readonly ProcessView[]) => Object.fromEntries(processes.map(({ name, pid }) => [name, pid]));
const views = (): readonly ProcessView[] =>
  JSON.parse(readFileSync(join(scene.state, 'run', 'launcher-state.json'), 'utf8')) as readonly ProcessView[];
const viewOf = (name: string): ProcessView | undefined => views().find((view) => view.name === name);
const runningCluster = () => JSON.parse(readFileSync(join(scene.state, 'run', 'cluster.json'), 'utf8')) as RunningCluster;
const restarted = (name: string, before: number) =>
  eventually(`${name} runs again`, () => {
    const view = viewOf(name);
    return view !== undefined && view.state === 'running' && view.pid !== before ? view : undefined;
  });

describe('up', () => {
  test(
    'starts server, ledger, gateway and control in this order, and says where they are',
    async () => {
      const report = await up();
      expect(report.processes.map(({ name }) => name)).toEqual(childNames);
      expect(report.processes.every(({ state, pid }) => state === 'running' && identify(pid) !== undefined)).toBe(true);
      expect(report).toMatchObject({
        adopted: false,
        configEpoch: 1,
        temporalAddress: `127.0.0.1:${scene.temporalPort}`,
        http: `http://127.0.0.1:${scene.httpPort}`,
      });
      const started = childNames.map(
        (name) => (JSON.parse(readFileSync(join(scene.state, 'run', `${name}.json`), 'utf8')) as { startedAtMs: number }).startedAtMs,
      );
      expect(started).toEqual(started.toSorted((a, b) => a - b));
      expect(views()).toEqual(report.processes);
      expect(
        processesOf(scene.state)
          .map(({ mark }) => mark)
          .toSorted(),
      ).toEqual([...childNames, 'launcher'].map((name) => `${scene.cluster}/launcher/${name}`).toSorted());
      expect(statSync(join(scene.state, 'temporal.db')).size).toBeGreaterThan(0);
    },
    limitMs,
  );

  test(
    'a second up changes nothing and says so',
    async () => {
      const first = await up();
      const second = await up();
      expect(second).toMatchObject({ adopted: true, configEpoch: 1, launcherPid: first.launcherPid, adoptedProcesses: childNames });
      expect(pidsOf(second.processes)).toEqual(pidsOf(first.processes));
    },
    limitMs,
  );

  test(
    'two at once make one launcher',
    async () => {
      const [one, other] = await Promise.all([up(), up()]);
      expect(one.launcherPid).toBe(other.launcherPid);
      expect(pidsOf(one.processes)).toEqual(pidsOf(other.processes));
      expect(processesOf(scene.state)).toHaveLength(5);
    },
    limitMs,
  );

  test(
    'a changed file raises the epoch and restarts the workers, not the server',
    async () => {
      const first = await up();
      scene.change({ limits: { lostAfter: '5m' } });
      const second = await up();
      expect(second).toMatchObject({ adopted: false, configChanged: true, configEpoch: 2, adoptedProcesses: ['server'] });
      expect(runningCluster()).toMatchObject({ configEpoch: 2, config: { nodeLimits: { lostAfterSeconds: 300 } } });
      for (const name of workerNames) expect(pidsOf(second.processes)[name]).not.toBe(pidsOf(first.processes)[name]);
      expect(processesOf(scene.state)).toHaveLength(5);
    },
    limitMs,
  );

  test(
    'names who has a busy port, before anything is started',
    async () => {
      const holder = createServer().listen(scene.httpPort, '127.0.0.1');
      await new Promise((listening) => holder.once('listening', listening));
      try {
        await expect(up()).rejects.toMatchObject({
          code: 'server.port-busy',
          message: expect.stringMatching(
            new RegExp(`port ${scene.httpPort} for HTTP.*process ${process.pid} \\(.*listens there; try another number as http\\.port`),
          ),
          fields: { port: scene.httpPort, pid: process.pid },
        });
        expect(processesOf(scene.state)).toEqual([]);
        expect(existsSync(join(scene.state, 'run', 'cluster.json'))).toBe(false);
      } finally {
        await new Promise((closed) => holder.close(closed));
      }
    },
    limitMs,
  );

  test(
    'a worker that cannot start: its last lines, and everything is stopped again',
    async () => {
      scene.behave('gateway', 'exit');
      await expect(up()).rejects.toMatchObject({
        code: 'server.unavailable',
        message: expect.stringMatching(/gateway ended 3 times; try what its log says, .*gateway\.log:\n[^]*the gateway cannot open its file/),
      });
      await expectNothingLeft(scene);
    },
    limitMs,
  );

  test(
    'a worker that never says that it is ready: named when time is up',
    async () => {
      scene.behave('control', 'never-ready');
      await expect(up({ limitMs: 10_000 })).rejects.toMatchObject({ message: expect.stringContaining('control is not ready after 10 s') });
    },
    limitMs,
  );

  test('a faulty file starts nothing', async () => {
    scene.change({ limitz: {} });
    await expect(up()).rejects.toMatchObject({ code: 'config.invalid' });
    expect(processesOf(scene.state)).toEqual([]);
  });
});

test(
  'in the foreground up is the launcher itself, until down',
  async () => {
    const reports: { readonly launcherPid: number }[] = [];
    const log = createLog('launcher', { RINGMASTER_LOG_LEVEL: 'silent' });
    vi.stubEnv('TEMPORAL_CLI_PATH', scene.env['TEMPORAL_CLI_PATH']);
    const ended = up({ env: undefined, foreground: { log, onRunning: (report: { readonly launcherPid: number }) => reports.push(report) } });
    await Promise.race([ended, eventually('it runs', () => reports[0])]);
    expect(reports).toMatchObject([{ launcherPid: process.pid, adopted: false }]);
    expect(processesOf(scene.state)).toHaveLength(4);
    expect((await stage.verbs.down({ state: scene.state })).through).toBe('launcher');
    expect(await ended).toMatchObject({ launcherPid: process.pid });
    vi.unstubAllEnvs();
  },
  limitMs,
);

test(
  'an external server is prepared and used, not started',
  async () => {
    const other = await openScene();
    try {
      await stage.verbs.up({ clusterFile: other.clusterFile, env: other.env, distFolder: stage.dist });
      const report = await up({ env: { ...scene.env, TEMPORAL_ADDRESS: `127.0.0.1:${other.temporalPort}`, TEMPORAL_NAMESPACE: 'guest' } });
      expect(report.processes.map(({ name }) => name)).toEqual(workerNames);
      expect(report).toMatchObject({ temporalAddress: `127.0.0.1:${other.temporalPort}` });
      expect(runningCluster()).toMatchObject({ temporalEmbedded: false, config: { temporal: { namespace: 'guest' } } });
      await stage.verbs.down({ state: scene.state });
      expect(processesOf(other.state)).toHaveLength(5);
    } finally {
      await stage.verbs.down({ state: other.state });
      await expectNothingLeft(other);
      closeScene(other);
    }
  },
  limitMs,
);

describe('a process is killed', () => {
  test.each(workerNames)(
    '%s is started again',
    async (name) => {
      const before = pidsOf((await up()).processes);
      process.kill(before[name]!, 'SIGKILL');
      expect(await restarted(name, before[name]!)).toMatchObject({ restarts: 1, state: 'running' });
      for (const other of childNames) if (other !== name) expect(viewOf(other)?.pid).toBe(before[other]);
    },
    limitMs,
  );

  test(
    'the server comes back on the same file, with what was acknowledged',
    async () => {
      const before = pidsOf((await up()).processes);
      await withClient(scene, (client) => client.workflow.start('job', { taskQueue: 'nobody', workflowId: 'job/kept/1' }));
      process.kill(before['server']!, 'SIGKILL');
      await restarted('server', before['server']!);
      await withClient(scene, async (client) => {
        expect((await client.workflow.getHandle('job/kept/1').describe()).status.name).toBe('RUNNING');
      });
    },
    limitMs,
  );

  test(
    'the launcher: its children live, the next up adopts them',
    async () => {
      const first = await up();
      process.kill(first.launcherPid, 'SIGKILL');
      await eventually('the launcher is gone', () => identify(first.launcherPid) === undefined);
      await new Promise((wake) => setTimeout(wake, 500));
      for (const { pid } of first.processes) expect(identify(pid)).toBeDefined();
      const second = await up();
      expect(second).toMatchObject({ adopted: false, configEpoch: 1, configChanged: false, adoptedProcesses: childNames });
      expect(pidsOf(second.processes)).toEqual(pidsOf(first.processes));
      expect(second.launcherPid).not.toBe(first.launcherPid);
      // An adopted process is watched like a started one.
      process.kill(pidsOf(second.processes)['ledger']!, 'SIGKILL');
      await restarted('ledger', pidsOf(second.processes)['ledger']!);
    },
    limitMs,
  );

  test(
    'a process without a record is found by its mark, not started twice',
    async () => {
      const first = await up();
      process.kill(first.launcherPid, 'SIGKILL');
      await eventually('the launcher is gone', () => identify(first.launcherPid) === undefined);
      writeFileSync(join(scene.state, 'run', 'ledger.json'), '{');
      await up();
      expect(viewOf('server')?.pid).toBe(pidsOf(first.processes)['server']);
      expect(processesOf(scene.state).filter(({ mark }) => mark.endsWith('/ledger'))).toHaveLength(1);
    },
    limitMs,
  );
});

describe('down', () => {
  const runFiles = () => readdirSync(join(scene.state, 'run')).toSorted();

  test(
    'stops in reverse order and leaves no process, listener or run file',
    async () => {
      scene.behave('gateway', 'litter');
      await up();
      await eventually('the gateway has littered', () => processesOf(scene.state).length === 6);
      const report = await stage.verbs.down({ state: scene.state });
      expect(report).toMatchObject({ found: true, through: 'launcher', strays: 1, nodes: [{ node: 'here', stopped: 0 }] });
      expect(report.processes.map(({ name, how }) => `${name} ${how}`)).toEqual([
        'control stopped',
        'gateway stopped',
        'ledger stopped',
        'server stopped',
      ]);
      await expectNothingLeft(scene);
      expect(runFiles()).toEqual(['cluster.json']);
      expect(await stage.verbs.launcherStatus(scene.state)).toBeUndefined();
    },
    limitMs,
  );

  test(
    'works without a launcher',
    async () => {
      const { launcherPid } = await up();
      process.kill(launcherPid, 'SIGKILL');
      const report = await stage.verbs.down({ state: scene.state });
      expect(report.through).toBe('records');
      expect(report.processes.map(({ name, how }) => `${name} ${how}`)).toEqual([
        'control stopped',
        'gateway stopped',
        'ledger stopped',
        'server stopped',
      ]);
      await expectNothingLeft(scene);
      expect(runFiles()).toEqual(['cluster.json']);
    },
    limitMs,
  );

  test(
    'ends a launcher that hangs',
    async () => {
      const { launcherPid } = await up();
      process.kill(launcherPid, 'SIGSTOP');
      expect((await stage.verbs.down({ state: scene.state })).through).toBe('records');
      await expectNothingLeft(scene);
    },
    limitMs,
  );

  test(
    'SIGTERM to the launcher is the same',
    async () => {
      const { launcherPid } = await up();
      process.kill(launcherPid, 'SIGTERM');
      await eventually('the launcher is gone', () => identify(launcherPid) === undefined);
      await expectNothingLeft(scene);
      expect(runFiles()).toEqual(['cluster.json']);
    },
    limitMs,
  );

  test(
    'spares a process that only has the pid of a record',
    async () => {
      await up();
      await stage.verbs.down({ state: scene.state });
      const bystander = spawn('sleep', ['60'], { stdio: 'ignore' });
      const identity = await eventually('the bystander runs', () => identify(bystander.pid!));
      const record = {
        ...identity,
        startTicks: identity.startTicks - 1,
        name: 'ledger',
        argv: ['sleep'],
        startedAtMs: 0,
        restarts: 0,
        configEpoch: 1,
      };
      writeFileSync(join(scene.state, 'run', 'ledger.json'), JSON.stringify(record));
      expect((await stage.verbs.down({ state: scene.state })).processes).toMatchObject([{ name: 'ledger', how: 'was-gone' }]);
      expect(identify(bystander.pid!)).toEqual(identity);
      bystander.kill('SIGKILL');
    },
    limitMs,
  );

  test('says when there was never anything', async () => {
    expect(await stage.verbs.down({ state: join(scene.folder, 'nowhere') })).toMatchObject({ found: false });
    expect(existsSync(join(scene.folder, 'nowhere'))).toBe(false);
  });

  test(
    'after down, up starts with the same epoch and the same database',
    async () => {
      await up();
      await withClient(scene, (client) => client.workflow.start('job', { taskQueue: 'nobody', workflowId: 'job/kept/1' }));
      await stage.verbs.down({ state: scene.state });
      expect(await up()).toMatchObject({ configEpoch: 1, configChanged: false, adoptedProcesses: [] });
      await withClient(scene, async (client) => {
        expect((await client.workflow.getHandle('job/kept/1').describe()).status.name).toBe('RUNNING');
      });
    },
    limitMs,
  );
});

test(
  'a state path too long for a socket',
  async () => {
    await stage.verbs.down({ state: scene.state });
    closeScene(scene);
    scene = await openScene({ statePath: `${'deep/'.repeat(20)}state` });
    const first = await up();
    expect(socketPath(scene.state).length).toBeLessThan(100);
    expect(await up()).toMatchObject({ adopted: true, launcherPid: first.launcherPid });
    await stage.verbs.down({ state: scene.state });
    expect(existsSync(socketPath(scene.state))).toBe(false);
    expect(existsSync(join(socketPath(scene.state), '..'))).toBe(false);
  },
  limitMs,
);

async function withClient(at: Scene, use: (client: Client) => Promise<unknown>): Promise<void> {
  const connection = await Connection.connect({ address: `127.0.0.1:${at.temporalPort}` });
  try {
    await use(new Client({ connection }));
  } finally {
    await connection.close();
  }
}
