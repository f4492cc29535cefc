/** `up`: from nothing, on what runs already, in the foreground, with faults. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { createLog } from '../../src/telemetry/log.ts';
import { identify } from '../../src/process/process-identity.ts';
import { socketPath } from '../../workers/launcher/launcher-socket.ts';
import { childNames, closeScene, expectNothingLeft, openScene, processesOf, workerNames } from './harness.ts';
import { limitMs, openTheatre, pidsOf, runningCluster, theatre, up, views } from './theatre.ts';
import { errorText } from '../../src/domain/failure/error.ts';
import { rejectionOf } from '../support/rejection-of.ts';
import { eventually } from '../support/eventually.ts';

openTheatre();

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
        temporalAddress: `127.0.0.1:${theatre.scene.temporalPort}`,
        http: `http://127.0.0.1:${theatre.scene.httpPort}`,
      });
      const started = childNames.map(
        (name) => (JSON.parse(readFileSync(join(theatre.scene.state, 'run', `${name}.json`), 'utf8')) as { startedAtMs: number }).startedAtMs,
      );
      expect(started).toEqual(started.toSorted((a, b) => a - b));
      expect(views()).toEqual(report.processes);
      expect(
        processesOf(theatre.scene.state)
          .map(({ mark }) => mark)
          .toSorted(),
      ).toEqual([...childNames, 'launcher'].map((name) => `${theatre.scene.cluster}/launcher/${name}`).toSorted());
      expect(statSync(join(theatre.scene.state, 'temporal.db')).size).toBeGreaterThan(0);
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
      expect(processesOf(theatre.scene.state)).toHaveLength(5);
    },
    limitMs,
  );

  test(
    'a changed file raises the epoch and restarts the workers, not the server',
    async () => {
      const first = await up();
      theatre.scene.change({ limits: { lostAfter: '5m' } });
      const second = await up();
      expect(second).toMatchObject({ adopted: false, configChanged: true, configEpoch: 2, adoptedProcesses: ['server'] });
      expect(runningCluster()).toMatchObject({ configEpoch: 2, config: { nodeLimits: { lostAfterSeconds: 300 } } });
      for (const name of workerNames) expect(pidsOf(second.processes)[name]).not.toBe(pidsOf(first.processes)[name]);
      expect(processesOf(theatre.scene.state)).toHaveLength(5);
    },
    limitMs,
  );

  test(
    'names who has a busy port, before anything is started',
    async () => {
      const holder = createServer().listen(theatre.scene.httpPort, '127.0.0.1');
      await new Promise((listening) => holder.once('listening', listening));
      try {
        const failure = await rejectionOf(up());
        expect(errorText(failure)).toMatch(
          new RegExp(`port ${theatre.scene.httpPort} for HTTP.*process ${process.pid} \\(.*listens there; try another number as http\\.port`),
        );
        expect(failure).toMatchObject({
          code: 'server.port-busy',
          fields: { port: theatre.scene.httpPort, pid: process.pid },
        });
        expect(processesOf(theatre.scene.state)).toEqual([]);
        expect(existsSync(join(theatre.scene.state, 'run', 'cluster.json'))).toBe(false);
      } finally {
        await new Promise((closed) => holder.close(closed));
      }
    },
    limitMs,
  );

  test(
    'a worker that cannot start: its last lines, and everything is stopped again',
    async () => {
      theatre.scene.behave('gateway', 'exit');
      const failure = await rejectionOf(up());
      expect(failure).toMatchObject({ code: 'server.unavailable' });
      expect(errorText(failure)).toMatch(/gateway ended 3 times; try what its log says, .*gateway\.log:\n[^]*the gateway cannot open its file/);
      await expectNothingLeft(theatre.scene);
    },
    limitMs,
  );

  test(
    'a worker that never says that it is ready: named when time is up',
    async () => {
      theatre.scene.behave('control', 'never-ready');
      await expect(up({ limitMs: 10_000 })).rejects.toMatchObject({ message: expect.stringContaining('control is not ready after 10 s') });
    },
    limitMs,
  );

  test('a faulty file starts nothing', async () => {
    theatre.scene.change({ limitz: {} });
    await expect(up()).rejects.toMatchObject({ code: 'config.invalid' });
    expect(processesOf(theatre.scene.state)).toEqual([]);
  });
});

test(
  'in the foreground up is the launcher itself, until down',
  async () => {
    const reports: { readonly launcherPid: number }[] = [];
    const log = createLog('launcher', { RINGMASTER_LOG_LEVEL: 'silent' });
    vi.stubEnv('TEMPORAL_CLI_PATH', theatre.scene.env['TEMPORAL_CLI_PATH']);
    const ended = up({ env: undefined, foreground: { log, onRunning: (report: { readonly launcherPid: number }) => reports.push(report) } });
    await Promise.race([ended, eventually('it runs', () => reports[0])]);
    expect(reports).toMatchObject([{ launcherPid: process.pid, adopted: false }]);
    expect(processesOf(theatre.scene.state)).toHaveLength(4);
    expect((await theatre.stage.verbs.down({ state: theatre.scene.state })).through).toBe('launcher');
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
      await theatre.stage.verbs.up({ clusterFile: other.clusterFile, env: other.env, distFolder: theatre.stage.dist });
      const report = await up({ env: { ...theatre.scene.env, TEMPORAL_ADDRESS: `127.0.0.1:${other.temporalPort}`, TEMPORAL_NAMESPACE: 'guest' } });
      expect(report.processes.map(({ name }) => name)).toEqual(workerNames);
      expect(report).toMatchObject({ temporalAddress: `127.0.0.1:${other.temporalPort}` });
      expect(runningCluster()).toMatchObject({ temporalEmbedded: false, config: { temporal: { namespace: 'guest' } } });
      await theatre.stage.verbs.down({ state: theatre.scene.state });
      expect(processesOf(other.state)).toHaveLength(5);
    } finally {
      await theatre.stage.verbs.down({ state: other.state });
      await expectNothingLeft(other);
      closeScene(other);
    }
  },
  limitMs,
);

test(
  'a state path too long for a socket',
  async () => {
    await theatre.stage.verbs.down({ state: theatre.scene.state });
    closeScene(theatre.scene);
    theatre.change(await openScene({ statePath: `${'deep/'.repeat(20)}state` }));
    const first = await up();
    expect(socketPath(theatre.scene.state).length).toBeLessThan(100);
    expect(await up()).toMatchObject({ adopted: true, launcherPid: first.launcherPid });
    await theatre.stage.verbs.down({ state: theatre.scene.state });
    expect(existsSync(socketPath(theatre.scene.state))).toBe(false);
    expect(existsSync(join(socketPath(theatre.scene.state), '..'))).toBe(false);
  },
  limitMs,
);
