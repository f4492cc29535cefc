/** A job outlives its connection, the sshd and our process. When a call waits until its program ends, the program does not outlive the call. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ItemId, JobRef } from '../../../src/domain/ids.ts';
import type { StartRequest } from '../../../src/transport/machine.ts';
import { aroundHost } from '../../support/around-host.ts';
import { ownTemporaryFolder, PracticeHost } from '../../support/practice-node.ts';
import { coded } from '../conformance/machine-harness.ts';
import { isAlive } from '../../support/processes.ts';
import { sha256 } from '../../support/sha256.ts';
import { eventually, until } from '../../support/eventually.ts';

const folder = ownTemporaryFolder();
let host: PracticeHost;
let count = 0;
const limits = { runSecondsMax: 100, silentSecondsMax: 100 };
const sleeper = (job: JobRef): StartRequest => ({ job, argv: ['sleep', '300'], env: {}, seed: 1, requestJson: '{}', inputs: [], limits });
const newJob = (): JobRef => ({ item: `ssh.${(count += 1)}` as ItemId, epoch: 1 });

aroundHost(async () => (host = await PracticeHost.start('f', folder)));

test('a job keeps running when its connection is lost, and another machine object adopts it', async () => {
  const job = newJob();
  const { pid, startTicks, bootId } = await host.machine().start(sleeper(job));
  host.killSessions();
  const other = host.machine();
  await until(
    () => other.start(sleeper(job)).catch(() => undefined),
    (again) => again !== undefined,
  ).then((again) => expect(again).toEqual({ pid, startTicks, bootId, adopted: true }));
  expect(isAlive(pid)).toBe(true);
  expect(await other.stop(job, 0)).toEqual({ stopped: 1 });
});

test('jobs and open connections survive a KILL of the sshd listener', async () => {
  const job = newJob();
  const machine = host.machine();
  const { pid } = await machine.start(sleeper(job));
  await host.killSshd();
  try {
    expect(await machine.look([job])).toMatchObject([{ phase: 'running' }]);
    expect(isAlive(pid)).toBe(true);
  } finally {
    await host.startSshd();
  }
  await machine.stop(job, 0);
  expect(isAlive(pid)).toBe(false);
});

test('a program that ran into its time limit is gone from the node too', async () => {
  const machine = host.machine();
  await expect(machine.run({ argv: ['sleep', '298.5'], timeoutMs: 500 })).rejects.toEqual(coded('transport.timeout'));
  const left = (): string => host.ssh("ps -eo args | grep -c '^sleep 298[.]5' || true").trim();
  await eventually('the program is gone', () => left() === '0');
});

/** Returns a command that makes the last removal of old files, which is noted in this file, an hour older, by the clock and by the seconds since boot. */
const anHourPasses = (file: string): string => `read -r boot up at <${file} && echo "$boot $((up - 3700)) $((at - 3700))" >${file}`;

test('the fence of an item that was forgotten a week ago is removed', async () => {
  const machine = host.machine();
  const [old, recent, live] = [newJob(), newJob(), newJob()];
  for (const job of [old, recent]) {
    await machine.stop(job, 0);
    await machine.forget([job]);
  }
  await machine.start(sleeper(live));
  host.ssh(
    `cd ${host.node.folder}/fences && touch -h -d '8 days ago' ${old.item} .${old.item}.lock ${live.item} .${live.item}.lock && ${anHourPasses('.pruned')}`,
  );
  const last = newJob();
  await machine.stop(last, 0);
  await machine.forget([last]);
  const names = host.ssh(`ls -A ${host.node.folder}/fences`).split('\n');
  expect(names).not.toContain(old.item);
  expect(names).not.toContain(`.${old.item}.lock`);
  expect(names).toEqual(expect.arrayContaining([recent.item, live.item]));
  await machine.stop(live, 0);
});

test('an input that no job has and that was not pushed for a week is removed', async () => {
  const machine = host.machine();
  const sent = ['old', 'pushed again', 'held'].map((text) => {
    const from = join(folder, text);
    writeFileSync(from, text);
    return { from, sha256: sha256(text) };
  });
  for (const blob of sent) await machine.copy({ type: 'push-blob', ...blob });
  const [, pushedAgain, held] = sent;
  const job = newJob();
  await machine.start({ ...sleeper(job), inputs: [{ name: 'model', sha256: held?.sha256 ?? '' }] });
  await machine.forget([newJob()]);
  host.ssh(`cd ${host.node.folder} && touch -d '8 days ago' blobs/* && ${anHourPasses('fences/.pruned')}`);
  await machine.copy({ type: 'push-blob', from: pushedAgain?.from ?? '', sha256: pushedAgain?.sha256 ?? '' });
  await machine.forget([newJob()]);
  const left = host.ssh(`ls ${host.node.folder}/blobs`).split('\n');
  expect(sent.map((blob) => left.includes(blob.sha256))).toEqual([false, true, true]);
  await machine.stop(job, 0);
});

test('a folder that its owner may not write to is removed', async () => {
  const machine = host.machine();
  const job = newJob();
  await machine.stop(job, 0);
  const output = `${host.node.folder}/jobs/${job.item}/${job.epoch}/output`;
  host.ssh(`mkdir -p ${output}/cache && touch ${output}/cache/module && chmod 555 ${output}/cache`);
  await machine.forget([job]);
  expect(await machine.look([job])).toMatchObject([{ phase: 'absent' }]);
});
