/** Tests that the logs of a job stay within their limits on the node, whatever writes to them, and that their beginning and their end are kept. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { ItemId, JobRef, NodeId } from '../../src/domain/ids.ts';
import type { JobObservation } from '../../src/domain/job/job.ts';
import { ownerNamed } from '../support/owner-named.ts';
import { openMachine } from '../../src/transport/open-machine.ts';
import { leaksOf, ownTemporaryFolder } from '../support/practice-node.ts';
import { isAlive, processes } from '../support/processes.ts';
import { until } from '../support/eventually.ts';

ownTemporaryFolder();
const cluster = `log-limits-${process.pid}`;
const folder = join(mkdtempSync(join(tmpdir(), 'log-limits-')), 'node');
const limit = 256 * 1024;
const logs = { stdoutBytesMax: limit, stderrBytesMax: limit, homeBytesMax: 4_096 };
const machine = openMachine({ node: 'here' as NodeId, owner: ownerNamed(cluster), folder, logs, connect: { type: 'local' } });
let count = 0;
const newJob = (): JobRef => ({ item: `log.${(count += 1)}` as ItemId, epoch: 1 });
const limits = { runSecondsMax: 100, silentSecondsMax: 100 };
const start = (job: JobRef, script: string) =>
  machine.start({ job, argv: ['sh', '-c', script], env: {}, seed: 1, requestJson: '{}', inputs: [], limits });
async function look(job: JobRef): Promise<JobObservation> {
  const [seen] = await machine.look([job]);
  return seen ?? expect.fail(`the look says nothing about ${job.item}`);
}
const record = ({ item }: JobRef): string => join(folder, 'records', item, '1');
const sizeOf = (job: JobRef, log: 'out' | 'err'): number =>
  readdirSync(record(job))
    .filter((name) => name.startsWith(log) && name !== `${log}.dropped`)
    .reduce((sum, name) => sum + statSync(join(record(job), name), { throwIfNoEntry: false })!.size, 0);
const heldWithin = (job: JobRef, log: 'out' | 'err') =>
  until(
    async () => (readdirSync(record(job)).includes(`${log}.dropped`) ? sizeOf(job, log) : Infinity),
    (size) => size <= limit,
  );
const manifest = `printf '{"v":1,"files":[],"result":{"ok":1}}' >output/manifest.json`;

afterAll(async () => {
  await machine.stopAll(0);
  expect(await leaksOf(cluster)).toEqual([]);
  rmSync(join(folder, '..'), { recursive: true, force: true });
});

test.each(['out', 'err'] as const)('the beginning and the end of %s are kept, and the program goes on', { timeout: 60_000 }, async (log) => {
  const job = newJob();
  const to = log === 'out' ? '' : ' >&2';
  const { pid } = await start(job, `seq 1 400000${to}; sleep 2; echo the end${to}; exec sleep 300`);
  await heldWithin(job, log);
  await until(
    async () => (await machine.readLog(job, log === 'out' ? 'stdout' : 'stderr', 20)).toString(),
    (text) => text === '399999\n400000\nthe end\n'.slice(-20),
  );
  expect(isAlive(pid)).toBe(true);
  expect(readFileSync(join(record(job), `${log}.head`), 'utf8')).toMatch(/^1\n2\n3\n/);
  const seen = await look(job);
  expect(seen.readTo).toBe(seen.stdoutBytes);
  if (log === 'out') {
    expect(seen.lastLine).toBe('the end');
    expect(seen.stdoutBytes, 'the bytes that were dropped count as written').toBeGreaterThan(4 * limit);
  }
  expect((await machine.readLog(job, log === 'out' ? 'stdout' : 'stderr', 60_000)).length, 'the end goes back before the last cut').toBe(60_000);
  await machine.stop(job, 0);
});

test('a reader that follows a log gets each line once, also over the cuts of the log', { timeout: 60_000 }, async () => {
  const job = newJob();
  // Each line has its number, so a line that is missing or is there twice shows.
  await start(job, 'n=0; while [ $n -lt 300 ]; do n=$((n + 1)); printf "%6d %01993d\\n" $n 0; sleep 0.02; done; echo the end; exec sleep 300');
  let text = '';
  let after = 0;
  await until(
    async () => {
      const part = await machine.readLogAfter(job, 'stdout', after, limit);
      text += part.bytes.toString();
      after = part.end;
      return text;
    },
    (all) => all.endsWith('the end\n'),
    40_000,
  );
  expect(readdirSync(record(job))).toContain('out.dropped');
  // A line that the program wrote while the log was cut can miss a part.
  const numbers = text.split('\n').flatMap((line) => /^ *(\d+) 0{1993}$/.exec(line)?.slice(1).map(Number) ?? []);
  expect(numbers.filter((n, index) => index > 0 && n <= (numbers[index - 1] ?? 0))).toEqual([]);
  expect(numbers.at(-1)).toBe(300);
  expect(numbers.length).toBeGreaterThan(290);
  expect((await machine.readLogAfter(job, 'stdout', after, limit)).bytes).toHaveLength(0);
  await machine.stop(job, 0);
});

test('a program that never stops printing is held, also when its supervisor was killed', { timeout: 60_000 }, async () => {
  const job = newJob();
  const { pid } = await start(job, 'while :; do seq 1 2000; sleep 0.02; done');
  process.kill(processes().find((one) => one.pid === pid)?.ppid ?? expect.fail('no supervisor'), 'SIGKILL');
  for (let times = 0; times < 3; times += 1) {
    await heldWithin(job, 'out');
    await new Promise((wake) => setTimeout(wake, 300));
    expect(sizeOf(job, 'out')).toBeLessThan(8 * limit);
  }
  expect(await look(job)).toMatchObject({ phase: 'running' });
  expect(await machine.stop(job, 0)).toMatchObject({ stopped: expect.any(Number) });
  expect(isAlive(pid)).toBe(false);
});

test('a process that a program left behind is held until it is ended', { timeout: 60_000 }, async () => {
  const job = newJob();
  await start(job, `(while :; do seq 1 2000; sleep 0.02; done) & ${manifest}`);
  await until(
    () => look(job),
    ({ phase }) => phase === 'ended',
  );
  await heldWithin(job, 'out');
  expect(await machine.manifest(job)).toMatchObject({ result: { ok: 1 } });
  expect(processes().filter(({ mark }) => mark.startsWith(`${cluster}/${job.item}/`))).toEqual([]);
});
