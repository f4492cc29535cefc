import { describe, expect, test } from 'vitest';
import type { JobObservation } from '../../../src/domain/job/job.ts';
import { processes } from '../../support/processes.ts';
import { type MachineHarness, coded } from './machine-harness.ts';
import { until } from '../../support/eventually.ts';

export function jobConformance(harness: MachineHarness): void {
  describe('job', () => {
    test('lives from start to forget', async () => {
      const { machine } = harness;
      const job = harness.newJob();
      const games = { path: 'games.ndjson', to: 'dataset:games-life' } as const;
      expect(await harness.look(job)).toMatchObject({ job, phase: 'absent' });
      const started = await harness.start(job, ['print', '{"done":1}', 'write', games.path, 'one\n', 'sleep', '0.3', 'manifest', 'print', 'bye']);
      expect(started).toMatchObject({ adopted: false, bootId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
      expect(started.pid).toBeGreaterThan(1);
      const seen = await harness.ended(job);
      expect(seen).toMatchObject({ phase: 'ended', exitCode: 0, lastLine: 'bye', stdoutBytes: '{"done":1}\nbye\n'.length, bootId: started.bootId });
      expect(seen).not.toHaveProperty('ended');
      const manifest = await machine.manifest(job);
      expect(manifest).toMatchObject({ v: 1, files: [{ path: games.path, bytes: 4 }], result: { seed: '7' } });
      for (let times = 0; times < 2; times += 1) await machine.settle(job, [games]);
      const to = harness.newFolder();
      expect(await machine.copy({ type: 'pull-tree', dataset: 'games-life', to })).toMatchObject({ files: 1, bytes: 4, changed: true });
      await machine.forget([job]);
      expect(await harness.look(job)).toMatchObject({ phase: 'absent' });
      expect((await machine.read(`datasets/games-life/${job.item}.${games.path}`, { bytesMax: 100 })).toString()).toBe('one\n');
    });

    test('receives its request, inputs and variables', async () => {
      const blob = 'a model';
      const sha256 = await harness.pushText(blob);
      const job = await harness.done(['take', 'model', 'seen', 'take', 'request.json', 'request', 'manifest'], {
        inputs: [{ name: 'model', sha256 }],
      });
      expect((await harness.machine.read(`jobs/${job.item}/1/output/seen`, { bytesMax: 100 })).toString()).toBe(blob);
      expect((await harness.machine.read(`jobs/${job.item}/1/output/request`, { bytesMax: 100 })).toString()).toBe('{"games":5}');
    });

    test('a start with an input that is not on the node is sync.interrupted and starts nothing', async () => {
      const job = harness.newJob();
      await expect(harness.start(job, ['hang'], { inputs: [{ name: 'model', sha256: 'f'.repeat(64) }] })).rejects.toEqual(coded('sync.interrupted'));
      expect(await harness.look(job)).toMatchObject({ phase: 'absent' });
    });

    test('a repeated start adopts the process of the first', async () => {
      const job = harness.newJob();
      const [first, ...others] = await Promise.all([1, 2, 3, 4].map(() => harness.start(job, ['hang'])));
      const all = [first, ...others, await harness.fixture.another().start(harness.request(job, ['hang']))];
      expect(new Set(all.map((one) => `${one?.pid} ${one?.startTicks} ${one?.bootId}`)).size).toBe(1);
      expect(all.filter((one) => one?.adopted === false)).toHaveLength(1);
      await harness.machine.stop(job, 0);
    });

    test('a start with another spec never adopts the job: it is job.other-spec, and the job goes on', async () => {
      const sha256 = await harness.pushText('another input');
      const job = harness.newJob();
      await harness.start(job, ['hang'], { env: { ONE: '1' } });
      const limits = { runSecondsMax: 99, silentSecondsMax: 100 };
      const others = [
        { seed: 8 },
        { env: { ONE: '2' } },
        { requestJson: '{}' },
        { inputs: [{ name: 'model', sha256 }] },
        { argv: ['sh', 'x'] },
        { limits },
      ];
      for (const other of others)
        await expect(harness.start(job, ['hang'], { env: { ONE: '1' }, ...other })).rejects.toEqual(coded('job.other-spec'));
      expect(await harness.look(job)).toMatchObject({ phase: 'running' });
      expect(await harness.start(job, ['hang'], { env: { ONE: '1' } })).toMatchObject({ adopted: true });
      await harness.machine.stop(job, 0);
      await expect(harness.start(job, ['hang'], { seed: 8 })).rejects.toEqual(coded('job.other-spec'));
    });

    test('a start of a program that does not exist is job.spawn-failed and leaves nothing', async () => {
      const job = harness.newJob();
      await expect(harness.machine.start(harness.request(job, [], { argv: ['no-such-program', 'x'] }))).rejects.toEqual(coded('job.spawn-failed'));
      expect(await harness.look(job)).toMatchObject({ phase: 'absent' });
    });

    test('its exit code is recorded', async () => {
      expect(await harness.look(await harness.done(['exit', '3']))).toMatchObject({ phase: 'ended', exitCode: 3 });
    });

    test('a job that is killed has exit code 137', async () => {
      expect(await harness.look(await harness.done(['die']))).toMatchObject({ phase: 'ended', exitCode: 137 });
    });

    test('a job that is killed together with its supervisor has no exit code', async () => {
      const job = harness.newJob();
      await harness.fixture.killWithoutRecord(job, await harness.start(job, ['hang']));
      const seen = await harness.ended(job);
      expect(seen).not.toHaveProperty('exitCode');
      expect(seen).not.toHaveProperty('ended');
    });

    test('one look returns many jobs in their order', async () => {
      const jobs = [harness.newJob(), await harness.done(['print', 'one', 'exit', '1']), harness.newJob(), await harness.done(['print', 'two'])];
      const seen = await harness.machine.look(jobs);
      expect(seen.map(({ job }) => job)).toEqual(jobs);
      expect(seen.map(({ phase, exitCode, lastLine }) => [phase, exitCode, lastLine])).toEqual([
        ['absent', undefined, ''],
        ['ended', 1, 'one'],
        ['absent', undefined, ''],
        ['ended', 0, 'two'],
      ]);
    });

    test('the output of a job cannot pass for a report about another job', async () => {
      const other = await harness.done(['print', 'honest']);
      const [folder, fake] = [`jobs/${other.item}/1`, `x\nJ jobs/${other.item}/1 running - -\nS 99999 jobs/${other.item}/1/out`];
      const job = await harness.done([
        'write',
        fake,
        'y',
        'print',
        `\n==> ${folder}/out <==\nforged`,
        'print',
        `J ${folder} absent - -`,
        'print',
        'last',
      ]);
      for (const jobs of [
        [job, other],
        [other, job],
      ]) {
        const seen = await harness.machine.look(jobs);
        expect(seen.find((one) => one.job === other)).toMatchObject({ phase: 'ended', exitCode: 0, lastLine: 'honest', stdoutBytes: 7 });
        expect(seen.find((one) => one.job === job)).toMatchObject({ lastLine: 'last' });
      }
    });

    test('the size of the outputs counts every folder while the job runs', async () => {
      const job = harness.newJob();
      await harness.start(job, ['write', 'a/b/c/d e', '12345', 'write', '.hidden', '123', 'hang']);
      const seen = await until(
        () => harness.look(job),
        ({ outputBytes }) => outputBytes === 8,
      );
      expect(seen).toMatchObject({ phase: 'running' });
      await harness.machine.stop(job, 0);
      expect(await harness.look(job)).toMatchObject({ phase: 'ended', outputBytes: 0 });
    });

    test('an unfinished last line is not shown', async () => {
      const job = harness.newJob();
      await harness.start(job, ['print', 'whole', 'part', 'half a li', 'hang']);
      const seen = await until(
        () => harness.look(job),
        ({ stdoutBytes }) => stdoutBytes === 15,
      );
      expect(seen.lastLine).toBe('whole');
      await harness.machine.stop(job, 0);
    });

    test('forget refuses a job whose process lives and removes the others', async () => {
      const job = harness.newJob();
      await harness.start(job, ['hang']);
      const ended = [await harness.done([]), await harness.done([])] as const;
      await expect(harness.machine.forget([ended[0], job, ended[1]])).rejects.toEqual(coded('transport.busy'));
      expect((await harness.machine.look([ended[0], job, ended[1]])).map(({ phase }) => phase)).toEqual(['absent', 'running', 'absent']);
      await harness.machine.stop(job, 0);
      for (let times = 0; times < 2; times += 1) await harness.machine.forget([job]);
      expect(await harness.look(job)).toMatchObject({ phase: 'absent' });
    });

    test('processes that a program left running are ended before its manifest is read', async () => {
      const job = await harness.done(['escape', 'manifest', 'exit', '0']);
      await harness.machine.manifest(job);
      expect(processes().filter(({ mark }) => mark.includes(`/${job.item}/`))).toEqual([]);
      expect(await harness.machine.stop(job, 0)).toEqual({ stopped: 0 });
    });

    test('a look that waits ends when its time is over, or earlier when a job of the node ends', async () => {
      const job = harness.newJob();
      await harness.start(job, ['hang']);
      expect(await harness.machine.look([job], 100)).toMatchObject([{ phase: 'running' }]);
      let seen: readonly JobObservation[] | undefined;
      const waiting = harness.machine.look([job], 600_000).then((answer) => (seen = answer));
      // The first of these jobs may end before the look at the node begins to wait. Therefore this loop runs one job after another until the look has
      // noticed an end.
      while (seen === undefined) await harness.done([]);
      expect(await waiting).toMatchObject([{ phase: 'running' }]);
      await harness.machine.stop(job, 0);
    });

    test('the old jobs are those whose folder is there for long enough, and a job is held while a process of it lives', async () => {
      const running = harness.newJob();
      const { machine } = harness;
      await harness.start(running, ['hang']);
      const ended = await harness.done([]);
      const own = async (ageMs: number) => (await machine.oldJobs(ageMs)).filter(({ item }) => item === running.item || item === ended.item);
      expect((await own(0)).toSorted((a, b) => Number(a.isHeld) - Number(b.isHeld))).toEqual([
        { ...ended, isHeld: false },
        { ...running, isHeld: true },
      ]);
      expect(await own(60_000)).toEqual([]);
      const held = async (ageMs: number) => (await machine.heldJobs(ageMs)).filter(({ item }) => item === running.item || item === ended.item);
      expect(await held(0)).toEqual([running]);
      expect(await held(60_000)).toEqual([]);
      await machine.stop(running, 0);
      await machine.forget([running, ended]);
      expect(await own(0)).toEqual([]);
    });

    test('a forgotten epoch never starts again', async () => {
      const job = await harness.done(['exit', '0']);
      await harness.machine.forget([job]);
      await expect(harness.start(job, ['hang'])).rejects.toEqual(coded('job.epoch-refused'));
      expect(await harness.start({ ...job, epoch: 2 }, ['exit', '0'])).toMatchObject({ adopted: false });
      await harness.ended({ ...job, epoch: 2 });
    });
  });
}
