/** When one process of a cluster is killed, it comes back and the others stay. */
import { existsSync, mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { identify } from '../../src/process/process-identity.ts';
import { childNames, workerNames } from './build-launcher.ts';
import { harness, limitMs, pidsOf, restarted, up, useLauncher, viewOf, withClient } from './harness.ts';
import { hasEnded, processesOf } from './test-cluster.ts';

useLauncher();

describe('after a kill', () => {
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
    'the server comes back with the same database and every acknowledged workflow',
    async () => {
      const before = pidsOf((await up()).processes);
      await withClient(harness.cluster, (client) => client.workflow.start('job', { taskQueue: 'nobody', workflowId: 'job/kept/1' }));
      process.kill(before['server']!, 'SIGKILL');
      await restarted('server', before['server']!);
      await withClient(harness.cluster, async (client) => {
        expect((await client.workflow.getHandle('job/kept/1').describe()).status.name).toBe('RUNNING');
      });
    },
    limitMs,
  );

  test(
    'of the launcher, its children live and the next up adopts them',
    async () => {
      const first = await up();
      process.kill(first.launcherPid, 'SIGKILL');
      await hasEnded(first.launcherPid);
      await sleep(500);
      for (const { pid } of first.processes) expect(identify(pid)).toBeDefined();
      const second = await up();
      expect(second).toMatchObject({ adopted: false, configEpoch: 1, configChanged: false, adoptedProcesses: childNames });
      expect(pidsOf(second.processes)).toEqual(pidsOf(first.processes));
      expect(second.launcherPid).not.toBe(first.launcherPid);
      // The launcher watches an adopted process in the same way as a process that it started.
      process.kill(pidsOf(second.processes)['ledger']!, 'SIGKILL');
      await restarted('ledger', pidsOf(second.processes)['ledger']!);
    },
    limitMs,
  );

  test(
    'of the launcher, a process without a record is found by its mark and not started twice',
    async () => {
      const first = await up();
      process.kill(first.launcherPid, 'SIGKILL');
      await hasEnded(first.launcherPid);
      writeFileSync(join(harness.cluster.state, 'run', 'ledger.json'), '{');
      await up();
      expect(viewOf('server')?.pid).toBe(pidsOf(first.processes)['server']);
      expect(processesOf(harness.cluster.state).filter(({ mark }) => mark.endsWith('/ledger'))).toHaveLength(1);
    },
    limitMs,
  );
});

describe('the watch over the processes', () => {
  test(
    'survives a disk that refuses its files, and restarts a process that is stopped',
    async () => {
      const before = pidsOf((await up()).processes);
      // Each write fails when a folder has the name of the file. A full disk refuses it as well.
      const refused = ['launcher-state.json', 'gateway.json'].map((name) => join(harness.cluster.state, 'run', name));
      await eventually('the first beat', () => existsSync(join(harness.cluster.state, 'run', 'control.beat')));
      for (const file of refused) {
        rmSync(file);
        mkdirSync(file);
      }
      const asked = async () => {
        const status = await harness.launcher.askStatus(harness.cluster.state);
        return status.type === 'answer' ? status.reply : undefined;
      };
      const runsAgain = (name: string, waitMs: number) =>
        eventually(
          `${name} runs again`,
          async () => (await asked())?.processes.some((one) => one.name === name && one.state === 'running' && one.pid !== before[name]),
          { limitMs: waitMs },
        );
      process.kill(before['control']!, 'SIGSTOP');
      process.kill(before['gateway']!, 'SIGKILL');
      await runsAgain('gateway', 20_000);
      expect((await asked())?.fileFailure).toMatchObject({ file: refused[0] });
      for (const file of refused) rmdirSync(file);
      await eventually('the record is written again', () => (viewOf('gateway')?.pid ?? before['gateway']) !== before['gateway']);
      await eventually('the record of the gateway is written again', () => existsSync(refused[1]!));
      await eventually('the failure is over', async () => (await asked())?.fileFailure === undefined);
      await runsAgain('control', 90_000);
      // Long before the limit of a silence.
      expect(readFileSync(statePaths(harness.cluster.state).records('launcher'), 'utf8')).toContain('was stopped by a signal');
      expect(processesOf(harness.cluster.state).filter(({ mark }) => mark.endsWith('/control'))).toHaveLength(1);
    },
    2 * limitMs,
  );
});
