import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { isAlive, processes, processesIn } from '../../support/processes.ts';
import { type Bench, coded } from './bench.ts';
import { until } from '../../support/eventually.ts';

const endsSoon = { runSecondsMax: 100, silentSecondsMax: 100, selfFenceSeconds: 2 };

export function fenceConformance(bench: Bench): void {
  const marked = (item: string): number => processes().filter(({ mark }) => mark.includes(`/${item}/`)).length;

  describe('stop', () => {
    test('ends the group and whoever left it, and counts each once', async () => {
      const job = bench.newJob();
      await bench.start(job, ['child', 'escape', 'print', 'up', 'hang']);
      await until(
        () => bench.look(job),
        ({ lastLine }) => lastLine === 'up',
      );
      if (bench.fixture.hasProcesses)
        await until(
          () => marked(job.item),
          (count) => count === 3,
        );
      expect(await bench.machine.stop(job, 2_000)).toEqual({ stopped: 3 });
      expect(await bench.look(job)).toMatchObject({ phase: 'ended', ended: 'stopped', exitCode: 143 });
      if (bench.fixture.hasProcesses) expect(marked(job.item)).toBe(0);
    });

    test('KILLs after the grace what ignores TERM', async () => {
      const job = bench.newJob();
      await bench.start(job, ['stubborn', 'print', 'up', 'hang']);
      await until(
        () => bench.look(job),
        ({ lastLine }) => lastLine === 'up',
      );
      await bench.machine.stop(job, 300);
      expect(await bench.look(job)).toMatchObject({ phase: 'ended', ended: 'stopped', exitCode: 137 });
    });

    test('leaves other jobs and strangers alone', async () => {
      const stranger: ChildProcess = spawn('sleep', ['300'], { env: { ...process.env, NOT_RINGMASTER_MARK: 'x' } });
      const [job, other] = [bench.newJob(), bench.newJob()];
      await bench.start(other, ['hang']);
      await bench.start(job, ['hang']);
      await bench.machine.stop(job, 1_000);
      expect(await bench.look(other)).toMatchObject({ phase: 'running' });
      expect(isAlive(stranger.pid ?? 0)).toBe(true);
      stranger.kill('SIGKILL');
      await bench.machine.stop(other, 0);
    });

    test('a second time stops nothing', async () => {
      const job = bench.newJob();
      await bench.start(job, ['hang']);
      await bench.machine.stop(job, 0);
      expect(await bench.machine.stop(job, 0)).toEqual({ stopped: 0 });
    });

    test('before the start makes the start find a stopped job', async () => {
      const job = bench.newJob();
      await bench.machine.stop(job, 0);
      expect(await bench.start(job, ['print', 'never', 'hang'])).toMatchObject({ adopted: true });
      expect(await bench.look(job)).toMatchObject({ phase: 'ended', ended: 'stopped', stdoutBytes: 0 });
    });

    test('what had ended by itself stays so', async () => {
      const job = await bench.done(['exit', '4']);
      await bench.machine.stop(job, 0);
      const seen = await bench.look(job);
      expect(seen).toMatchObject({ exitCode: 4 });
      expect(seen).not.toHaveProperty('ended');
    });
  });

  describe('epoch', () => {
    test('an older one is refused at the start and at settle', async () => {
      const old = await bench.done(['write', 'a', 'old', 'manifest']);
      const young = { ...old, epoch: 2 };
      await bench.start(young, ['write', 'a', 'young', 'manifest']);
      await bench.ended(young);
      await expect(bench.start(old, ['hang'])).rejects.toEqual(coded('job.epoch-refused'));
      await expect(bench.machine.settle(old, [{ path: 'a', to: 'dataset:fence' }])).rejects.toEqual(coded('job.epoch-refused'));
      await bench.machine.settle(young, [{ path: 'a', to: 'dataset:fence' }]);
      expect((await bench.machine.read(`datasets/fence/${old.item}.a`, { bytesMax: 10 })).toString()).toBe('young');
    });

    test('stop raises the fence', async () => {
      const job = bench.newJob(5);
      await bench.machine.stop(job, 0);
      await expect(bench.start({ ...job, epoch: 4 }, ['hang'])).rejects.toEqual(coded('job.epoch-refused'));
      expect(await bench.start({ ...job, epoch: 6 }, ['exit', '0'])).toMatchObject({ adopted: false });
      await bench.ended({ ...job, epoch: 6 });
    });

    test('a start that fails does not raise it', async () => {
      const job = bench.newJob(3);
      await expect(bench.machine.start(bench.request(job, [], { argv: ['no-such-program'] }))).rejects.toEqual(coded('job.spawn-failed'));
      expect(await bench.start({ ...job, epoch: 2 }, ['exit', '0'])).toMatchObject({ adopted: false });
    });

    test('items whose names look like our own files do not meet', async () => {
      const job = bench.newJob(9);
      await bench.start(job, ['exit', '0']);
      for (const end of ['lock', 'n']) {
        const twin = { item: `${job.item}.${end}` as typeof job.item, epoch: 2 };
        expect(await bench.start(twin, ['exit', '0'])).toMatchObject({ adopted: false });
        await bench.ended(twin);
        await bench.machine.stop(job, 0);
        await expect(bench.start({ ...twin, epoch: 1 }, ['hang'])).rejects.toEqual(coded('job.epoch-refused'));
      }
      await expect(bench.start({ ...job, epoch: 8 }, ['hang'])).rejects.toEqual(coded('job.epoch-refused'));
    });
  });

  describe('self-fence', () => {
    test('ends a job that nobody renews, and what left its group, and says why', async () => {
      const job = bench.newJob();
      await bench.start(job, ['escape', 'hang'], { limits: endsSoon });
      await sleep(4_500);
      expect(await bench.ended(job)).toMatchObject({ ended: 'self-fence', exitCode: 137 });
      if (bench.fixture.hasProcesses)
        await until(
          () => marked(job.item),
          (count) => count === 0,
        );
    });

    test('a look renews', async () => {
      const job = bench.newJob();
      await bench.start(job, ['hang'], { limits: { ...endsSoon, selfFenceSeconds: 5 } });
      for (let seconds = 0; seconds < 8; seconds += 1) {
        await sleep(1_000);
        expect(await bench.look(job)).toMatchObject({ phase: 'running' });
      }
      await bench.machine.stop(job, 0);
    });
  });

  test('the self-fence goes with its job, and what it waits by too', async () => {
    const job = bench.newJob();
    await bench.start(job, ['hang'], { limits: { ...endsSoon, selfFenceSeconds: 100 } });
    const there = (): readonly number[] => processesIn(`/jobs/${job.item}/${job.epoch}`);
    // The supervisor, the fence and its sleep, which lasts 5 s.
    if (bench.fixture.hasProcesses) await until(there, (pids) => pids.length >= 3);
    expect(await bench.machine.stop(job, 0)).toEqual({ stopped: 1 });
    if (bench.fixture.hasProcesses) await until(there, (pids) => pids.length === 0, 3_000);
  });

  test('stopAll ends every job of the cluster', async () => {
    const jobs = [bench.newJob(), bench.newJob()];
    for (const job of jobs) await bench.start(job, ['escape', 'hang']);
    expect((await bench.machine.stopAll(1_000)).stopped).toBeGreaterThanOrEqual(4);
    for (const job of jobs) expect(await bench.ended(job)).toMatchObject({ ended: 'stopped' });
  });
}
