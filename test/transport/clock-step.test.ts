/** The self-fence of a job counts real time: a step of the node's clock neither ends a job that is looked at nor keeps one that is not. */
import { mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import type { ItemId, JobRef, NodeId } from '../../src/domain/ids.ts';
import { openMachine } from '../../src/transport/open-machine.ts';
import { eventually } from '../support/eventually.ts';
import { ownerNamed } from '../support/owner-named.ts';
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
