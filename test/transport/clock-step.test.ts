/**
 * A step of the node's clock is harmless. The self-fence of a job counts real time: a step neither ends a job that is looked at nor keeps one that is not.
 * A step also makes no fence, no file of games and no folder of a job old.
 */
import { existsSync, lutimesSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import type { ItemId, JobRef, NodeId } from '../../src/domain/ids.ts';
import { openMachine } from '../../src/transport/open-machine.ts';
import { eventually } from '../support/eventually.ts';
import { ownerNamed } from '../support/owner-named.ts';
import { coded } from './conformance/machine-harness.ts';
import { leaksOf, ownTemporaryFolder } from '../support/practice-node.ts';

ownTemporaryFolder();
const cluster = `clock-step-${process.pid}`;
const folder = join(mkdtempSync(join(tmpdir(), 'clock-step-')), 'node');
const machine = openMachine({ node: 'here' as NodeId, owner: ownerNamed(cluster), folder, connect: { type: 'local' } });
const hourSeconds = 3_600;

afterAll(async () => {
  await machine.stopAll(0);
  expect(await leaksOf(cluster)).toEqual([]);
  rmSync(join(folder, '..'), { recursive: true, force: true });
});

const start = (job: JobRef) =>
  machine.start({
    job,
    argv: ['sleep', '300'],
    env: {},
    seed: 1,
    requestJson: '{}',
    inputs: [],
    limits: { runSecondsMax: 600, silentSecondsMax: 600, selfFenceSeconds: 3 },
  });
/** Gives the renewal of a job the time that it would have after a step of the clock by `seconds`. */
const stepClock = ({ item, epoch }: JobRef, seconds: number): void => {
  const at = new Date(Date.now() - seconds * 1_000 + Math.random());
  utimesSync(join(folder, 'records', item, String(epoch), 'renew'), at, at);
};

test('a job that is looked at lives on after steps of the clock in both directions', { timeout: 60_000 }, async () => {
  const job = { item: 'step.1' as ItemId, epoch: 1 };
  await start(job);
  for (let looks = 0; looks < 14; looks += 1) {
    expect(await machine.look([job])).toMatchObject([{ phase: 'running' }]);
    stepClock(job, looks % 2 === 0 ? hourSeconds : -hourSeconds);
    await sleep(500);
  }
  expect(await machine.look([job])).toMatchObject([{ phase: 'running', upMs: expect.any(Number) as number }]);
});

test('a job that is not looked at ends itself, also when its last renewal lies in the future', { timeout: 60_000 }, async () => {
  const job = { item: 'step.2' as ItemId, epoch: 1 };
  const { pid } = await start(job);
  stepClock(job, -hourSeconds);
  await eventually('the end of the job', () => {
    try {
      return !process.kill(pid, 0);
    } catch {
      return true;
    }
  });
  expect(await machine.look([job])).toMatchObject([{ phase: 'ended', ended: 'self-fence' }]);
});

let fenced = 0;

describe('the fence of a forgotten item', { timeout: 60_000 }, () => {
  const pruned = join(folder, 'fences/.pruned');
  const aWeek = 8 * 24 * hourSeconds;
  /** Gives the note of the last removal of old files the boot, the seconds since boot and the time that it would have. */
  const note = (change: (boot: string, upSeconds: number, atSeconds: number) => string): void => {
    const [boot = '', up, at] = readFileSync(pruned, 'utf8').split(' ');
    writeFileSync(pruned, change(boot, Number(up), Number(at)));
  };
  const forgotten = async (item: string): Promise<JobRef> => {
    const job = { item: item as ItemId, epoch: 5 };
    await machine.stop(job, 0);
    await machine.forget([job]);
    return job;
  };
  /** Gives the files of the fence and the note the ages that they have after a step of the clock by eight days. */
  const makeOld = ({ item }: JobRef): void => {
    const at = Date.now() / 1_000 - aWeek;
    for (const name of [item, `.${item}.lock`, '.pruned']) lutimesSync(join(folder, 'fences', name), at, at);
  };
  const startOld = (job: JobRef): Promise<unknown> => start({ ...job, epoch: 4 }).catch((error: unknown) => error);

  test.each<[string, Parameters<typeof note>[0]]>([
    ['after a step of the clock by eight days', (boot, up, at) => `${boot} ${up - hourSeconds} ${at - hourSeconds - aWeek}\n`],
    ['after a step of the clock back by eight days', (boot, up, at) => `${boot} ${up - hourSeconds} ${at - hourSeconds + aWeek}\n`],
    ['after a restart of the node', (_, up, at) => `another-boot ${up - hourSeconds} ${at - hourSeconds}\n`],
    ['when an older release wrote the note of the last removal', () => ''],
  ])('is there %s, and counts as new', async (_, change) => {
    const job = await forgotten(`fenced.${(fenced += 1)}`);
    note(change);
    makeOld(job);
    await forgotten('other.1');
    expect(await startOld(job)).toEqual(coded('job.epoch-refused'));
    note((boot, up, at) => `${boot} ${up - hourSeconds} ${at - hourSeconds}\n`);
    await forgotten('other.1');
    expect(await startOld(job)).toEqual(coded('job.epoch-refused'));
  });

  test('is removed when a week of both clocks has passed', async () => {
    const job = await forgotten('fenced.last');
    makeOld(job);
    note((boot, up, at) => `${boot} ${up - hourSeconds} ${at - hourSeconds}\n`);
    await forgotten('other.1');
    expect(await start({ ...job, epoch: 4 })).toMatchObject({ adopted: false });
  });
});

describe('what is removed when it is old: the files of past games, and the folders of jobs that no ledger knows', { timeout: 60_000 }, () => {
  const days = 24 * hourSeconds;
  const games = join(folder, 'datasets/games-cf/cf.1.self-play.0.games.ndjson');
  const removal = join(folder, 'fences/.removal');
  const job = { item: 'aged.1' as ItemId, epoch: 1 };
  const ages = { games: 90 * days * 1_000, job: 7 * days * 1_000 };
  const removed = async () => ({
    files: (await machine.removeGames([{ pipeline: 'cf', before: 2 }], ages.games)).length,
    jobs: (await machine.oldJobs(ages.job)).filter(({ item }) => item === job.item).length,
  });
  /** Makes the file and the folder as they are on a node whose clock goes by this much more than at the last look, which was an hour ago. */
  const stepped = (seconds: number): void => {
    mkdirSync(join(games, '..'), { recursive: true });
    mkdirSync(join(folder, 'jobs/aged.1/1'), { recursive: true });
    writeFileSync(games, 'four');
    const now = Math.round(Date.now() / 1_000);
    for (const path of [games, join(folder, 'jobs/aged.1/1')]) utimesSync(path, now - seconds, now - seconds);
    const before = now - seconds - hourSeconds;
    writeFileSync(removal, `${before} ${before}\n`);
  };

  test('stays after a step of the clock by a hundred days, at each look of the next days', async () => {
    stepped(100 * days);
    for (let look = 0; look < 3; look += 1) {
      expect(await removed()).toEqual({ files: 0, jobs: 0 });
      const [at, clock] = readFileSync(removal, 'utf8').split(' ').map(Number);
      expect((clock ?? 0) - (at ?? 0)).toBeGreaterThan(99 * days - 2 * look * days);
      writeFileSync(removal, `${at} ${(clock ?? 0) - days + 60}\n`);
    }
  });

  test('stays after a step back, and goes at its age on a clock that goes on', async () => {
    stepped(-100 * days);
    expect(await removed()).toEqual({ files: 0, jobs: 0 });
    stepped(0);
    const old = Date.now() / 1_000 - 91 * days;
    for (const path of [games, join(folder, 'jobs/aged.1/1')]) utimesSync(path, old, old);
    expect(await removed()).toEqual({ files: 1, jobs: 1 });
    expect(existsSync(games)).toBe(false);
  });

  test('goes by the clock at the first look of all, and after the note was damaged', async () => {
    for (const note of [undefined, '', 'x y\n', '12\n']) {
      stepped(91 * days);
      if (note === undefined) rmSync(removal);
      else writeFileSync(removal, note);
      expect(await removed(), String(note)).toEqual({ files: 1, jobs: 1 });
    }
  });
});
