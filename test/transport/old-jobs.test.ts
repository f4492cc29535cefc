/** The old jobs of a real node: by the age of their records, and with their processes. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { ItemId, JobRef, NodeId } from '../../src/domain/ids.ts';
import { openMachine } from '../../src/transport/open-machine.ts';
import { until } from '../support/eventually.ts';
import { ownerNamed } from '../support/owner-named.ts';
import { leaksOf, ownTemporaryFolder } from '../support/practice-node.ts';
import { coded } from './conformance/machine-harness.ts';

ownTemporaryFolder();
const cluster = `old-jobs-${process.pid}`;
const folder = join(mkdtempSync(join(tmpdir(), 'old-jobs-')), 'node');
const machine = openMachine({ node: 'here' as NodeId, owner: ownerNamed(cluster), folder, connect: { type: 'local' } });
const day = 86_400_000;
const limits = { runSecondsMax: 100, silentSecondsMax: 100 };

async function started(item: string, script: string): Promise<JobRef> {
  const job = { item: item as ItemId, epoch: 1 };
  await machine.start({ job, argv: ['sh', '-c', script], env: {}, seed: 1, requestJson: '{}', inputs: [], limits });
  if (script !== 'sleep 99')
    await until(
      () => machine.look([job]),
      ([seen]) => seen?.phase === 'ended',
    );
  return job;
}
/** Makes a folder look as if nothing had changed it for some days. */
const aged = (path: string, days: number): void =>
  utimesSync(join(folder, path), Date.now() / 1_000 - days * 86_400, Date.now() / 1_000 - days * 86_400);

afterAll(async () => {
  await machine.stopAll(0);
  expect(await leaksOf(cluster)).toEqual([]);
  rmSync(join(folder, '..'), { recursive: true, force: true });
});

test('the age of a job is that of its record; folders that are not ours are not named, and a running job is held and stays', async () => {
  const old = await started('x.old', 'exit 0');
  const young = await started('x.young', 'exit 0');
  const running = await started('x.running', 'sleep 99');
  for (const { item } of [old, running]) aged(`records/${item}/1`, 8);
  for (const { item } of [old, young]) aged(`jobs/${item}/1`, 8);
  // A program removed the record of this job, and two folders have names that no job has.
  const bare = await started('x.bare', 'sleep 99');
  rmSync(join(folder, 'records', bare.item), { recursive: true });
  aged(`jobs/${bare.item}/1`, 8);
  for (const name of ['x.old/late', 'Not Ours/1', '-rf/1']) {
    mkdirSync(join(folder, 'jobs', name), { recursive: true });
    aged(`jobs/${name}`, 8);
  }
  const named = async () => (await machine.oldJobs(7 * day)).toSorted((a, b) => (a.item < b.item ? -1 : 1));
  expect(await named()).toEqual([
    { ...bare, isHeld: true },
    { ...old, isHeld: false },
    { ...running, isHeld: true },
  ]);
  await expect(machine.forget([old, running])).rejects.toEqual(coded('transport.busy'));
  expect(readdirSync(join(folder, 'records')).toSorted()).toEqual(['x.running', 'x.young']);
  expect(await machine.look([running])).toMatchObject([{ phase: 'running' }]);
  // The fence keeps a late start of the removed job away.
  await expect(started('x.old', 'exit 0')).rejects.toEqual(coded('job.epoch-refused'));
});
