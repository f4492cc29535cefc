import { describe, expect, test } from 'vitest';
import type { JobObservation } from '../../../src/domain/job/job.ts';
import { processes } from '../../support/processes.ts';
import { type Bench, coded } from './bench.ts';
import { until } from '../../support/eventually.ts';

export function jobConformance(bench: Bench): void {
  describe('job', () => {
    test('lives from start to forget', async () => {
      const { machine } = bench;
      const job = bench.newJob();
      const games = { path: 'games.ndjson', to: 'dataset:games-life' } as const;
      expect(await bench.look(job)).toMatchObject({ job, phase: 'absent' });
      const started = await bench.start(job, ['print', '{"done":1}', 'write', games.path, 'one\n', 'sleep', '0.3', 'manifest', 'print', 'bye']);
      expect(started).toMatchObject({ adopted: false, bootId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
      expect(started.pid).toBeGreaterThan(1);
      const seen = await bench.ended(job);
      expect(seen).toMatchObject({ phase: 'ended', exitCode: 0, lastLine: 'bye', stdoutBytes: '{"done":1}\nbye\n'.length, bootId: started.bootId });
      expect(seen).not.toHaveProperty('ended');
      const manifest = await machine.manifest(job);
      expect(manifest).toMatchObject({ v: 1, files: [{ path: games.path, bytes: 4 }], result: { seed: '7' } });
      for (let times = 0; times < 2; times += 1) await machine.settle(job, [games]);
      const to = bench.newFolder();
      expect(await machine.copy({ type: 'pull-tree', dataset: 'games-life', to })).toMatchObject({ files: 1, bytes: 4, changed: true });
      await machine.forget([job]);
      expect(await bench.look(job)).toMatchObject({ phase: 'absent' });
      expect((await machine.read(`datasets/games-life/${job.item}.${games.path}`, { bytesMax: 100 })).toString()).toBe('one\n');
    });

    test('gets its request, inputs and variables', async () => {
      const blob = 'a model';
      const sha256 = await bench.pushText(blob);
      const job = await bench.done(['take', 'model', 'seen', 'take', 'request.json', 'request', 'manifest'], { inputs: [{ name: 'model', sha256 }] });
      expect((await bench.machine.read(`jobs/${job.item}/1/output/seen`, { bytesMax: 100 })).toString()).toBe(blob);
      expect((await bench.machine.read(`jobs/${job.item}/1/output/request`, { bytesMax: 100 })).toString()).toBe('{"games":5}');
    });

    test('an input that is not on the node is sync.interrupted and starts nothing', async () => {
      const job = bench.newJob();
      await expect(bench.start(job, ['hang'], { inputs: [{ name: 'model', sha256: 'f'.repeat(64) }] })).rejects.toEqual(coded('sync.interrupted'));
      expect(await bench.look(job)).toMatchObject({ phase: 'absent' });
    });

    test('started again is adopted: same process', async () => {
      const job = bench.newJob();
      const [first, ...others] = await Promise.all([1, 2, 3, 4].map(() => bench.start(job, ['hang'])));
      const all = [first, ...others, await bench.fixture.another().start(bench.request(job, ['hang']))];
      expect(new Set(all.map((one) => `${one?.pid} ${one?.startTicks} ${one?.bootId}`)).size).toBe(1);
      expect(all.filter((one) => one?.adopted === false)).toHaveLength(1);
      await bench.machine.stop(job, 0);
    });

    test('a program that does not exist is job.spawn-failed and leaves nothing', async () => {
      const job = bench.newJob();
      await expect(bench.machine.start(bench.request(job, [], { argv: ['no-such-program', 'x'] }))).rejects.toEqual(coded('job.spawn-failed'));
      expect(await bench.look(job)).toMatchObject({ phase: 'absent' });
    });

    test('its exit code is recorded', async () => {
      expect(await bench.look(await bench.done(['exit', '3']))).toMatchObject({ phase: 'ended', exitCode: 3 });
    });

    test('killed, it has ended with 137', async () => {
      expect(await bench.look(await bench.done(['die']))).toMatchObject({ phase: 'ended', exitCode: 137 });
    });

    test('killed together with what waits for it, it has ended without a code', async () => {
      const job = bench.newJob();
      await bench.fixture.killWithoutRecord(job, await bench.start(job, ['hang']));
      const seen = await bench.ended(job);
      expect(seen).not.toHaveProperty('exitCode');
      expect(seen).not.toHaveProperty('ended');
    });

    test('one look answers for many, in their order', async () => {
      const jobs = [bench.newJob(), await bench.done(['print', 'one', 'exit', '1']), bench.newJob(), await bench.done(['print', 'two'])];
      const seen = await bench.machine.look(jobs);
      expect(seen.map(({ job }) => job)).toEqual(jobs);
      expect(seen.map(({ phase, exitCode, lastLine }) => [phase, exitCode, lastLine])).toEqual([
        ['absent', undefined, ''],
        ['ended', 1, 'one'],
        ['absent', undefined, ''],
        ['ended', 0, 'two'],
      ]);
    });

    test('output cannot speak for another job', async () => {
      const other = await bench.done(['print', 'honest']);
      const [folder, fake] = [`jobs/${other.item}/1`, `x\nJ jobs/${other.item}/1 running - -\nS 99999 jobs/${other.item}/1/out`];
      const job = await bench.done([
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
        const seen = await bench.machine.look(jobs);
        expect(seen.find((one) => one.job === other)).toMatchObject({ phase: 'ended', exitCode: 0, lastLine: 'honest', stdoutBytes: 7 });
        expect(seen.find((one) => one.job === job)).toMatchObject({ lastLine: 'last' });
      }
    });

    test('the size of its outputs counts every depth while it runs', async () => {
      const job = bench.newJob();
      await bench.start(job, ['write', 'a/b/c/d e', '12345', 'write', '.hidden', '123', 'hang']);
      const seen = await until(
        () => bench.look(job),
        ({ outputBytes }) => outputBytes === 8,
      );
      expect(seen).toMatchObject({ phase: 'running' });
      await bench.machine.stop(job, 0);
      expect(await bench.look(job)).toMatchObject({ phase: 'ended', outputBytes: 0 });
    });

    test('an unfinished last line is not shown', async () => {
      const job = bench.newJob();
      await bench.start(job, ['print', 'whole', 'part', 'half a li', 'hang']);
      const seen = await until(
        () => bench.look(job),
        ({ stdoutBytes }) => stdoutBytes === 15,
      );
      expect(seen.lastLine).toBe('whole');
      await bench.machine.stop(job, 0);
    });

    test('forget refuses one whose process lives, and takes the others', async () => {
      const job = bench.newJob();
      await bench.start(job, ['hang']);
      const ended = [await bench.done([]), await bench.done([])] as const;
      await expect(bench.machine.forget([ended[0], job, ended[1]])).rejects.toEqual(coded('transport.busy'));
      expect((await bench.machine.look([ended[0], job, ended[1]])).map(({ phase }) => phase)).toEqual(['absent', 'running', 'absent']);
      await bench.machine.stop(job, 0);
      for (let times = 0; times < 2; times += 1) await bench.machine.forget([job]);
      expect(await bench.look(job)).toMatchObject({ phase: 'absent' });
    });

    test('what a program left running is ended before its manifest is read', async () => {
      const job = await bench.done(['escape', 'manifest', 'exit', '0']);
      await bench.machine.manifest(job);
      expect(processes().filter(({ mark }) => mark.includes(`/${job.item}/`))).toEqual([]);
      expect(await bench.machine.stop(job, 0)).toEqual({ stopped: 0 });
    });

    test('a look that waits looks when its time is over, and earlier when a job of the node ends', async () => {
      const job = bench.newJob();
      await bench.start(job, ['hang']);
      expect(await bench.machine.look([job], 100)).toMatchObject([{ phase: 'running' }]);
      let seen: readonly JobObservation[] | undefined;
      const waiting = bench.machine.look([job], 600_000).then((answer) => (seen = answer));
      // The first may end before anybody listens; a bell that nobody hears would let this go on to the test's own limit.
      while (seen === undefined) await bench.done([]);
      expect(await waiting).toMatchObject([{ phase: 'running' }]);
      await bench.machine.stop(job, 0);
    });

    test('a forgotten epoch never starts again', async () => {
      const job = await bench.done(['exit', '0']);
      await bench.machine.forget([job]);
      await expect(bench.start(job, ['hang'])).rejects.toEqual(coded('job.epoch-refused'));
      expect(await bench.start({ ...job, epoch: 2 }, ['exit', '0'])).toMatchObject({ adopted: false });
      await bench.ended({ ...job, epoch: 2 });
    });
  });
}
