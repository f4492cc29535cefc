import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { isAlive, processes, processesIn } from '../../support/processes.ts';
import { type MachineHarness, coded } from './machine-harness.ts';
import { until } from '../../support/eventually.ts';
import { commandOf } from '../../../src/process/proc.ts';

const endsSoon = { runSecondsMax: 100, silentSecondsMax: 100, selfFenceSeconds: 2 };

export function fenceConformance(harness: MachineHarness): void {
  const marked = (item: string): number => processes().filter(({ mark }) => mark.includes(`/${item}/`)).length;
  /** Waits until a job has this many processes. A job's start returns before its program has started others. */
  const grown = async (item: string, count: number): Promise<void> => {
    if (harness.fixture.hasProcesses)
      await until(
        () => marked(item),
        (seen) => seen === count,
      );
  };

  describe('stop', () => {
    test('ends the group and the processes that left it, and counts each once', async () => {
      const job = harness.newJob();
      await harness.start(job, ['child', 'escape', 'print', 'up', 'hang']);
      await until(
        () => harness.look(job),
        ({ lastLine }) => lastLine === 'up',
      );
      await grown(job.item, 3);
      expect(await harness.machine.stop(job, 2_000)).toEqual({ stopped: 3 });
      expect(await harness.look(job)).toMatchObject({ phase: 'ended', ended: 'stopped', exitCode: 143 });
      if (harness.fixture.hasProcesses) expect(marked(job.item)).toBe(0);
    });

    test('KILLs a process that still lives after the grace', async () => {
      const job = harness.newJob();
      await harness.start(job, ['stubborn', 'print', 'up', 'hang']);
      await until(
        () => harness.look(job),
        ({ lastLine }) => lastLine === 'up',
      );
      await harness.machine.stop(job, 300);
      expect(await harness.look(job)).toMatchObject({ phase: 'ended', ended: 'stopped', exitCode: 137 });
    });

    test('leaves other jobs and foreign processes alone', async () => {
      const stranger: ChildProcess = spawn('sleep', ['300'], { env: { ...process.env, NOT_RINGMASTER_MARK: 'x' } });
      const [job, other] = [harness.newJob(), harness.newJob()];
      await harness.start(other, ['hang']);
      await harness.start(job, ['hang']);
      await harness.machine.stop(job, 1_000);
      expect(await harness.look(other)).toMatchObject({ phase: 'running' });
      expect(isAlive(stranger.pid ?? 0)).toBe(true);
      stranger.kill('SIGKILL');
      await harness.machine.stop(other, 0);
    });

    test('the second time finds nothing to stop', async () => {
      const job = harness.newJob();
      await harness.start(job, ['hang']);
      await harness.machine.stop(job, 0);
      expect(await harness.machine.stop(job, 0)).toEqual({ stopped: 0 });
    });

    test('a start that comes after the stop finds a stopped job', async () => {
      const job = harness.newJob();
      await harness.machine.stop(job, 0);
      expect(await harness.start(job, ['print', 'never', 'hang'])).toMatchObject({ adopted: true });
      expect(await harness.look(job)).toMatchObject({ phase: 'ended', ended: 'stopped', stdoutBytes: 0 });
    });

    test('a job that had ended by itself keeps its exit code', async () => {
      const job = await harness.done(['exit', '4']);
      await harness.machine.stop(job, 0);
      const seen = await harness.look(job);
      expect(seen).toMatchObject({ exitCode: 4 });
      expect(seen).not.toHaveProperty('ended');
    });
  });

  describe('epoch', () => {
    test('an older epoch is refused at start and at settle', async () => {
      const old = await harness.done(['write', 'a', 'old', 'manifest']);
      const young = { ...old, epoch: 2 };
      await harness.start(young, ['write', 'a', 'young', 'manifest']);
      await harness.ended(young);
      await expect(harness.start(old, ['hang'])).rejects.toEqual(coded('job.epoch-refused'));
      await expect(harness.machine.settle(old, [{ path: 'a', to: 'dataset:fence' }])).rejects.toEqual(coded('job.epoch-refused'));
      await harness.machine.settle(young, [{ path: 'a', to: 'dataset:fence' }]);
      expect((await harness.machine.read(`datasets/fence/${old.item}.a`, { bytesMax: 10 })).toString()).toBe('young');
    });

    test('stop raises the fence', async () => {
      const job = harness.newJob(5);
      await harness.machine.stop(job, 0);
      await expect(harness.start({ ...job, epoch: 4 }, ['hang'])).rejects.toEqual(coded('job.epoch-refused'));
      expect(await harness.start({ ...job, epoch: 6 }, ['exit', '0'])).toMatchObject({ adopted: false });
      await harness.ended({ ...job, epoch: 6 });
    });

    test('a start that fails does not raise the fence', async () => {
      const job = harness.newJob(3);
      await expect(harness.machine.start(harness.request(job, [], { argv: ['no-such-program'] }))).rejects.toEqual(coded('job.spawn-failed'));
      expect(await harness.start({ ...job, epoch: 2 }, ['exit', '0'])).toMatchObject({ adopted: false });
    });

    test('an item whose name looks like one of our own files does not meet that file', async () => {
      const job = harness.newJob(9);
      await harness.start(job, ['exit', '0']);
      for (const end of ['lock', 'n']) {
        const twin = { item: `${job.item}.${end}` as typeof job.item, epoch: 2 };
        expect(await harness.start(twin, ['exit', '0'])).toMatchObject({ adopted: false });
        await harness.ended(twin);
        await harness.machine.stop(job, 0);
        await expect(harness.start({ ...twin, epoch: 1 }, ['hang'])).rejects.toEqual(coded('job.epoch-refused'));
      }
      await expect(harness.start({ ...job, epoch: 8 }, ['hang'])).rejects.toEqual(coded('job.epoch-refused'));
    });
  });

  describe('self-fence', () => {
    test('ends a job that is not renewed, and the processes that left its group, and records why', async () => {
      const job = harness.newJob();
      await harness.start(job, ['escape', 'hang'], { limits: endsSoon });
      // A look would renew the job. A list of jobs renews none.
      await until(
        () => harness.machine.oldJobs(0),
        (jobs) => jobs.some(({ item, isHeld }) => item === job.item && !isHeld),
      );
      expect(await harness.ended(job)).toMatchObject({ ended: 'self-fence', exitCode: 137 });
      await grown(job.item, 0);
    });

    test('a look renews the job', async () => {
      const job = harness.newJob();
      await harness.start(job, ['hang'], { limits: { ...endsSoon, selfFenceSeconds: 5 } });
      for (const beganAt = performance.now(); performance.now() - beganAt < 8_000;) {
        await sleep(500);
        expect(await harness.look(job)).toMatchObject({ phase: 'running' });
      }
      await harness.machine.stop(job, 0);
    });
  });

  test('the processes of the self-fence end with their job', async () => {
    const job = harness.newJob();
    await harness.start(job, ['hang'], { limits: { ...endsSoon, selfFenceSeconds: 100 } });
    const there = (): readonly number[] => [...processesIn(`/jobs/${job.item}/${job.epoch}`), ...processesIn(`/records/${job.item}/${job.epoch}`)];
    // These processes are the job, its supervisor, and the self-fence with its sleep of 5 s.
    if (harness.fixture.hasProcesses) await until(there, (pids) => pids.length >= 3);
    expect(await harness.machine.stop(job, 0)).toEqual({ stopped: 1 });
    if (!harness.fixture.hasProcesses) return;
    // The shells may need a while on a busy machine. The last of them kills the sleep before it ends, so the sleep goes at once and not after its 5 s.
    const isSleep = (pid: number): boolean => commandOf(pid)[0] === 'sleep';
    await until(there, (pids) => pids.every(isSleep));
    await until(there, (pids) => pids.length === 0, 3_000);
  });

  test('stopAll ends every job of the cluster', async () => {
    const jobs = [harness.newJob(), harness.newJob()];
    for (const job of jobs) await harness.start(job, ['escape', 'hang']);
    for (const { item } of jobs) await grown(item, 2);
    expect((await harness.machine.stopAll(1_000)).stopped).toBeGreaterThanOrEqual(4);
    for (const job of jobs) expect(await harness.ended(job)).toMatchObject({ ended: 'stopped' });
  });
}
