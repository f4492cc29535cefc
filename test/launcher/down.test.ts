/** `down` leaves nothing behind, with and without a launcher. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { upCommand } from '../../src/domain/cluster/own-command.ts';
import type { RingmasterError } from '../../src/domain/failure/error.ts';
import { identify } from '../../src/process/process-identity.ts';
import { connect } from '../../src/service/temporal/connect.ts';
import { eventually } from '../support/eventually.ts';
import { rejectionOf } from '../support/rejection-of.ts';
import { down, harness, limitMs, runningCluster, up, useLauncher, withClient } from './harness.ts';
import { expectNothingLeft, hasEnded, processesOf } from './test-cluster.ts';

useLauncher();

describe('down', () => {
  const runFiles = () => readdirSync(join(harness.cluster.state, 'run')).toSorted();

  test(
    'stops in reverse order and leaves no process, listener or run file',
    async () => {
      harness.cluster.behave('gateway', 'litter');
      await up();
      await eventually('the gateway has littered', () => processesOf(harness.cluster.state).length === 6);
      const report = await down();
      expect(report).toMatchObject({ found: true, through: 'launcher', strays: 1, nodes: [{ node: 'here', stopped: 0 }] });
      expect(report.processes.map(({ name, how }) => `${name} ${how}`)).toEqual([
        'control stopped',
        'gateway stopped',
        'ledger stopped',
        'server stopped',
      ]);
      await expectNothingLeft(harness.cluster);
      expect(runFiles()).toEqual(['cluster.json']);
      expect(await harness.launcher.askStatus(harness.cluster.state)).toEqual({ type: 'absent' });
    },
    limitMs,
  );

  test(
    'works without a launcher',
    async () => {
      const { launcherPid } = await up();
      process.kill(launcherPid, 'SIGKILL');
      const report = await down();
      expect(report.through).toBe('records');
      expect(report.processes.map(({ name, how }) => `${name} ${how}`)).toEqual([
        'control stopped',
        'gateway stopped',
        'ledger stopped',
        'server stopped',
      ]);
      await expectNothingLeft(harness.cluster);
      expect(runFiles()).toEqual(['cluster.json']);
    },
    limitMs,
  );

  test(
    'ends a launcher that hangs, as the fix of up says, and the next up starts the cluster',
    async () => {
      const { state, clusterFile } = harness.cluster;
      const { launcherPid } = await up();
      process.kill(launcherPid, 'SIGSTOP');
      const { code, hint } = (await rejectionOf(up())) as RingmasterError;
      expect({ code, hint }).toEqual({
        code: 'server.unavailable',
        hint: { say: `ringmaster down --state ${state}, which ends it, then ringmaster up --file ${clusterFile}` },
      });
      expect((await down()).through).toBe('records');
      await expectNothingLeft(harness.cluster);
      expect((await up()).launcherPid).not.toBe(launcherPid);
    },
    limitMs,
  );

  test(
    'on SIGTERM the launcher stops everything too',
    async () => {
      const { launcherPid } = await up();
      process.kill(launcherPid, 'SIGTERM');
      await hasEnded(launcherPid);
      await expectNothingLeft(harness.cluster);
      expect(runFiles()).toEqual(['cluster.json']);
    },
    limitMs,
  );

  test(
    'spares a process that has only the pid of a record',
    async () => {
      await up();
      await down();
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
      writeFileSync(join(harness.cluster.state, 'run', 'ledger.json'), JSON.stringify(record));
      expect((await down()).processes).toMatchObject([{ name: 'ledger', how: 'was-gone' }]);
      expect(identify(bystander.pid!)).toEqual(identity);
      bystander.kill('SIGKILL');
    },
    limitMs,
  );

  test('reports that no cluster was ever started with the folder', async () => {
    expect(await down(join(harness.cluster.folder, 'nowhere'))).toMatchObject({ found: false });
    expect(existsSync(join(harness.cluster.folder, 'nowhere'))).toBe(false);
  });

  test(
    'keeps what the next up needs: the same epoch and the same database; a command connects again after the up that its fix names',
    async () => {
      await up();
      await withClient(harness.cluster, (client) => client.workflow.start('job', { taskQueue: 'nobody', workflowId: 'job/kept/1' }));
      await down();
      const running = runningCluster();
      const { code, hint } = (await rejectionOf(connect(running))) as RingmasterError;
      expect({ code, hint }).toEqual({
        code: 'server.unavailable',
        hint: { say: 'ringmaster status, and if the cluster is stopped', run: upCommand(harness.cluster.clusterFile) },
      });
      expect(await up()).toMatchObject({ configEpoch: 1, configChanged: false, adoptedProcesses: [] });
      await withClient(harness.cluster, async (client) => {
        expect((await client.workflow.getHandle('job/kept/1').describe()).status.name).toBe('RUNNING');
      });
      const { close } = await connect(running);
      await close();
    },
    limitMs,
  );
});
