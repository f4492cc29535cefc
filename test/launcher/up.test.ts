/** `up` is tested from nothing, on a running cluster, in the foreground, and with faults. */
import { spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { ensureIdentity } from '../../src/config/cluster-identity.ts';
import { keptEpochs } from '../../src/config/kept-configs.ts';
import { silentLog } from '../../src/telemetry/log.ts';
import { identify } from '../../src/process/process-identity.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { takeSocket } from '../../workers/launcher/socket/take-socket.ts';
import { socketPath } from '../../workers/launcher/socket/socket-path.ts';
import type { RingmasterError } from '../../src/domain/failure/error.ts';
import { sentenceOf } from '../../src/domain/failure/sentence.ts';
import { rejectionOf } from '../support/rejection-of.ts';
import { eventually } from '../support/eventually.ts';
import { idOf } from '../support/processes.ts';
import { childNames, workerNames } from './build-launcher.ts';
import { down, harness, limitMs, pidsOf, runningCluster, up, useLauncher, views } from './harness.ts';
import { expectNothingLeft, makeTestCluster, processesOf, removeTestCluster } from './test-cluster.ts';

useLauncher();

/** Returns the files and folders that another user could read, below a folder and with the folder itself. A link's own mode says nothing. */
const openToOthers = (folder: string): readonly string[] =>
  ['.', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })].filter((path) => {
    const found = lstatSync(join(folder, path), { throwIfNoEntry: false });
    return found !== undefined && !found.isSymbolicLink() && (found.mode & 0o077) !== 0;
  });

describe('up', () => {
  test(
    'starts the workers when the server is ready, control last, and says where they are',
    async () => {
      // A person made the folder by hand, and an earlier start left files in it.
      ensureIdentity(harness.cluster.state, harness.cluster.name);
      chmodSync(harness.cluster.state, 0o755);
      mkdirSync(join(harness.cluster.state, 'data'), { mode: 0o755 });
      writeFileSync(join(harness.cluster.state, 'data', 'work_queue.db'), '', { mode: 0o644 });
      const report = await up();
      expect(report.processes.map(({ name }) => name)).toEqual(childNames);
      expect(report.processes.every(({ state, pid }) => state === 'running' && identify(pid) !== undefined)).toBe(true);
      expect(report).toMatchObject({
        adopted: false,
        configEpoch: 1,
        temporalAddress: `127.0.0.1:${harness.cluster.temporalPort}`,
        http: `http://127.0.0.1:${harness.cluster.httpPort}`,
      });
      const [server = 0, ledger = 0, gateway = 0, control = 0] = childNames.map(
        (name) => (JSON.parse(readFileSync(join(harness.cluster.state, 'run', `${name}.json`), 'utf8')) as { startedAtMs: number }).startedAtMs,
      );
      expect(Math.min(ledger, gateway)).toBeGreaterThan(server);
      expect(control).toBeGreaterThanOrEqual(Math.max(ledger, gateway));
      expect(views()).toEqual(report.processes);
      expect(
        processesOf(harness.cluster.state)
          .map(({ mark }) => mark)
          .toSorted(),
      ).toEqual([...childNames, 'launcher'].map((name) => `${idOf(harness.cluster.name)}/launcher/${name}`).toSorted());
      expect(statSync(join(harness.cluster.state, 'temporal.db')).size).toBeGreaterThan(0);
      expect(openToOthers(harness.cluster.state)).toEqual([]);
    },
    limitMs,
  );

  test(
    'changes nothing when everything runs, and says so',
    async () => {
      const first = await up();
      const second = await up();
      expect(second).toMatchObject({ adopted: true, configEpoch: 1, launcherPid: first.launcherPid, adoptedProcesses: childNames });
      expect(pidsOf(second.processes)).toEqual(pidsOf(first.processes));
    },
    limitMs,
  );

  test(
    'started twice at the same time makes one launcher',
    async () => {
      const [one, other] = await Promise.all([up(), up()]);
      expect(one.launcherPid).toBe(other.launcherPid);
      expect(pidsOf(one.processes)).toEqual(pidsOf(other.processes));
      expect(processesOf(harness.cluster.state)).toHaveLength(5);
    },
    limitMs,
  );

  test(
    'raises the epoch for a changed file, says what changed, and restarts only the worker that reads it',
    async () => {
      const first = await up();
      harness.cluster.change({ limits: { lostAfter: '5m' } });
      const news: unknown[] = [];
      const second = await up({ onChanges: (one: unknown) => news.push(one) });
      expect(news).toEqual([
        { changes: [{ path: 'limits.lostAfter', before: '10m', after: '5m' }], restarts: ['gateway'], workers: [], unplaced: [] },
      ]);
      expect(second).toMatchObject({ adopted: false, configChanged: true, configEpoch: 2, adoptedProcesses: ['server', 'ledger', 'control'] });
      expect(runningCluster()).toMatchObject({ configEpoch: 2, config: { nodeLimits: { lostAfterSeconds: 300 } } });
      const restarted = workerNames.filter((name) => pidsOf(second.processes)[name] !== pidsOf(first.processes)[name]);
      expect(restarted).toEqual(['gateway']);
      expect(processesOf(harness.cluster.state)).toHaveLength(5);
      // The advice about a file that cannot be read is its removal. The configurations of before are kept.
      await down();
      rmSync(statePaths(harness.cluster.state).runningCluster);
      expect(await up()).toMatchObject({ configEpoch: 3 });
      expect(keptEpochs(harness.cluster.state)).toEqual([1, 2, 3]);
    },
    limitMs,
  );

  test(
    'names the nodes that a changed file leaves out',
    async () => {
      await up();
      harness.cluster.change({ nodes: [{ id: 'there', local: true }] });
      const left: unknown[] = [];
      await up({ onLeaving: (nodes: readonly unknown[]) => left.push(...nodes) });
      expect(left).toEqual([{ node: 'here', jobs: [], gamesAway: [], datasets: [] }]);
    },
    limitMs,
  );

  test(
    'is refused while `down` is at work, and starts when that has ended',
    async () => {
      const { downLock } = statePaths(harness.cluster.state);
      const hint = { say: 'again when that has ended', run: `ringmaster up --file ${harness.cluster.clusterFile}` };
      await up();
      await down();
      const other = spawn('sleep', ['60']);
      try {
        writeFileSync(downLock, JSON.stringify(identify(other.pid ?? 0)));
        expect(await rejectionOf(up())).toMatchObject({ code: 'server.stopping', fields: { pid: other.pid }, hint });
      } finally {
        other.kill('SIGKILL');
      }
      // A `down` that holds the socket has no status to report. Without its lock, which the disk may have refused, the refusal is the same.
      rmSync(downLock, { force: true });
      const socket = await takeSocket(harness.cluster.state, () => Promise.reject(new Error('at work')));
      try {
        expect(await rejectionOf(up())).toMatchObject({ code: 'server.stopping', hint });
      } finally {
        await socket?.close();
      }
      expect(processesOf(harness.cluster.state)).toEqual([]);
      expect((await up()).processes.every(({ state }) => state === 'running')).toBe(true);
    },
    limitMs,
  );

  test(
    'of another release replaces launcher and workers, and adopts the server',
    async () => {
      const first = await up();
      const other = mkdtempSync(join(tmpdir(), 'ringmaster-release-'));
      try {
        cpSync(dirname(harness.launcher.dist), other, { recursive: true, verbatimSymlinks: true });
        const second = await up({ distFolder: join(other, basename(harness.launcher.dist)) });
        expect(second).toMatchObject({ adopted: false, configChanged: false, adoptedProcesses: ['server'] });
        expect(second.launcherPid).not.toBe(first.launcherPid);
        for (const name of workerNames) expect(pidsOf(second.processes)[name]).not.toBe(pidsOf(first.processes)[name]);
        await down();
      } finally {
        rmSync(other, { recursive: true, force: true });
      }
    },
    limitMs,
  );

  test(
    'names the process that has a busy port, before anything is started',
    async () => {
      const holder = createServer().listen(harness.cluster.httpPort, '127.0.0.1');
      await new Promise((listening) => holder.once('listening', listening));
      try {
        const failure = (await rejectionOf(up())) as RingmasterError;
        expect(sentenceOf(failure)).toMatch(
          new RegExp(`port ${harness.cluster.httpPort} for HTTP.*process ${process.pid} \\(.*listens there; try another number as http\\.port`),
        );
        expect(failure).toMatchObject({
          code: 'server.port-busy',
          fields: { port: harness.cluster.httpPort, pid: process.pid },
        });
        expect(processesOf(harness.cluster.state)).toEqual([]);
        expect(existsSync(join(harness.cluster.state, 'run', 'cluster.json'))).toBe(false);
      } finally {
        await new Promise((closed) => holder.close(closed));
      }
    },
    limitMs,
  );

  test(
    'shows the last lines of a worker that cannot start, and stops everything again; when the fault in the log is mended, up works',
    async () => {
      harness.cluster.behave('gateway', 'exit');
      harness.cluster.behave('control', 'never-ready');
      const failure = (await rejectionOf(up())) as RingmasterError;
      expect(failure).toMatchObject({ code: 'server.unavailable' });
      expect(sentenceOf(failure)).toMatch(/gateway ended 3 times; try what its log says, .*gateway\.log:\n[^]*the gateway cannot open its file/);
      await expectNothingLeft(harness.cluster);
      expect(failure.hint?.say).toContain(statePaths(harness.cluster.state).log('gateway'));
      for (const name of ['gateway', 'control']) harness.cluster.behave(name, '');
      expect((await up()).processes.every(({ state }) => state === 'running')).toBe(true);
    },
    limitMs,
  );

  test(
    'names a worker that never becomes ready when the time is up; the workers beside it have started',
    async () => {
      harness.cluster.behave('ledger', 'never-ready');
      await expect(up({ limitMs: 20_000 })).rejects.toMatchObject({ message: expect.stringContaining('ledger is not ready after 20 s') });
      for (const name of workerNames) expect(existsSync(statePaths(harness.cluster.state).log(name))).toBe(true);
    },
    limitMs,
  );

  test('starts nothing from a faulty file', async () => {
    harness.cluster.change({ limitz: {} });
    await expect(up()).rejects.toMatchObject({ code: 'config.invalid' });
    expect(processesOf(harness.cluster.state)).toEqual([]);
  });
});

test(
  'in the foreground up is the launcher itself until down',
  async () => {
    const reports: { readonly launcherPid: number }[] = [];
    const log = silentLog();
    vi.stubEnv('TEMPORAL_CLI_PATH', harness.cluster.env['TEMPORAL_CLI_PATH']);
    const ended = up({ env: undefined, foreground: { log, onRunning: (report: { readonly launcherPid: number }) => reports.push(report) } });
    await Promise.race([ended, eventually('it runs', () => reports[0])]);
    expect(reports).toMatchObject([{ launcherPid: process.pid, adopted: false }]);
    expect(processesOf(harness.cluster.state)).toHaveLength(4);
    expect((await down()).through).toBe('launcher');
    expect(await ended).toMatchObject({ launcherPid: process.pid });
    vi.unstubAllEnvs();
  },
  limitMs,
);

test(
  'a state path that is too long for a socket works',
  async () => {
    await down();
    removeTestCluster(harness.cluster);
    harness.replaceCluster(await makeTestCluster({ statePath: `${'deep/'.repeat(20)}state` }));
    const first = await up();
    expect(socketPath(harness.cluster.state).length).toBeLessThan(100);
    expect(await up()).toMatchObject({ adopted: true, launcherPid: first.launcherPid });
    await down();
    expect(existsSync(socketPath(harness.cluster.state))).toBe(false);
    expect(existsSync(join(socketPath(harness.cluster.state), '..'))).toBe(false);
  },
  limitMs,
);
