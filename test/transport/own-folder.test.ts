/** Tests that a program can do anything to its own folder without harm to its own record or to its neighbours. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { ItemId, JobRef, NodeId } from '../../src/domain/ids.ts';
import type { JobObservation } from '../../src/domain/job/job.ts';
import { ownerNamed } from '../support/owner-named.ts';
import { openMachine } from '../../src/transport/open-machine.ts';
import { coded } from './conformance/machine-harness.ts';
import { leaksOf, ownTemporaryFolder } from '../support/practice-node.ts';
import { endProcesses, isAlive, processes } from '../support/processes.ts';
import { until } from '../support/eventually.ts';

ownTemporaryFolder();
const cluster = `own-folder-${process.pid}`;
const folder = join(mkdtempSync(join(tmpdir(), 'own-folder-')), 'node');
const machine = openMachine({ node: 'here' as NodeId, owner: ownerNamed(cluster), folder, connect: { type: 'local' } });
let count = 0;
const newJob = (): JobRef => ({ item: `own.${(count += 1)}` as ItemId, epoch: 1 });
const limits = { runSecondsMax: 100, silentSecondsMax: 100 };
const start = (job: JobRef, script: string) =>
  machine.start({ job, argv: ['sh', '-c', script], env: {}, seed: 1, requestJson: '{}', inputs: [], limits });
async function look(job: JobRef): Promise<JobObservation> {
  const [seen] = await machine.look([job]);
  return seen ?? expect.fail(`the look says nothing about ${job.item}`);
}
const ended = (job: JobRef) =>
  until(
    () => look(job),
    ({ phase }) => phase === 'ended',
  );
const doneQuietly = async (): Promise<JobRef> => {
  const job = newJob();
  await start(job, 'exit 0');
  return job;
};
const manifest = `printf '{"v":1,"files":[],"result":{"ok":1}}' >"$RINGMASTER_OUTPUT/.m" && mv "$RINGMASTER_OUTPUT/.m" "$RINGMASTER_OUTPUT/manifest.json"`;
const markedOf = ({ item }: JobRef): number => processes().filter(({ mark }) => mark.startsWith(`${cluster}/${item}/`)).length;
const supervisorOf = (pid: number): number => processes().find((one) => one.pid === pid)?.ppid ?? expect.fail('no supervisor');

afterAll(async () => {
  await machine.stopAll(0);
  expect(await leaksOf(cluster)).toEqual([]);
  await endProcesses(({ mark }) => mark.startsWith(`${cluster}/`));
  rmSync(join(folder, '..'), { recursive: true, force: true });
});

describe('a program that', { timeout: 60_000 }, () => {
  test.each([
    ['makes a folder of the name of one of our files', 'rm -rf out && mkdir out && mkdir err pid rc lock renew ended'],
    ['removes everything in its folder', 'rm -rf ./* ./.[!.]* && mkdir -p "$RINGMASTER_OUTPUT"'],
    ['removes its folder', 'rm -rf "$PWD" && mkdir -p "$RINGMASTER_OUTPUT"'],
    ['removes the folder above its own', 'rm -rf "$(dirname "$PWD")" && mkdir -p "$RINGMASTER_OUTPUT"'],
    ['removes the folders that it was given', 'rm -rf "$RINGMASTER_INPUT" "$RINGMASTER_OUTPUT" && mkdir "$RINGMASTER_OUTPUT"'],
    ['replaces its folder by a link', 'd=$PWD; mv "$d" "$d.moved"; mkdir "$d.other"; ln -s "$d.other" "$d"; mkdir -p "$RINGMASTER_OUTPUT"'],
    ['takes the rights to its folder away', 'chmod 000 "$PWD"; sleep 0.5; chmod 700 "$PWD"'],
    ['writes many files', 'i=0; while [ $i -lt 6000 ]; do : >"$RINGMASTER_OUTPUT/$i"; i=$((i + 1)); done; sleep 1; rm -f "$RINGMASTER_OUTPUT"/*'],
    ['truncates its own stdout', 'echo one; : >/proc/$$/fd/1; echo two; : >/dev/stdout; echo three'],
  ])('%s is itself judged by its result, and harms no neighbour', async (_, deed) => {
    const [neighbour, culprit] = [newJob(), newJob()];
    const { pid } = await start(neighbour, 'echo up; exec sleep 300');
    await start(culprit, `${deed}; ${manifest}`);
    for (let looks = 0; looks < 3; looks += 1) {
      const seen = await machine.look([culprit, neighbour]);
      expect(seen.find((one) => one.job === neighbour)).toMatchObject({ phase: 'running', stdoutBytes: 3, lastLine: 'up' });
      expect(seen.find((one) => one.job === culprit)?.phase).not.toBe('absent');
    }
    expect(await ended(culprit)).toMatchObject({ exitCode: 0 });
    expect(await machine.manifest(culprit)).toMatchObject({ result: { ok: 1 } });
    expect(isAlive(pid)).toBe(true);
    expect(await machine.stop(neighbour, 0)).toEqual({ stopped: 1 });
    await machine.forget([culprit, neighbour]);
    for (const job of [culprit, neighbour]) {
      expect(existsSync(join(folder, 'jobs', job.item, '1')), 'the folder is gone').toBe(false);
      expect(existsSync(join(folder, 'records', job.item)), 'the record is gone').toBe(false);
    }
  });

  test('loses its record to another program runs on, and its result counts', async () => {
    const [victim, other] = [newJob(), newJob()];
    const { pid } = await start(victim, `sleep 2; ${manifest}`);
    await start(other, 'rm -rf ../../../records/own.*');
    await until(
      async () => existsSync(join(folder, 'records', victim.item)),
      (there) => !there,
    );
    expect(await look(victim)).toMatchObject({ phase: 'running' });
    expect(isAlive(pid)).toBe(true);
    await until(
      () => look(victim),
      ({ phase }) => phase === 'absent',
    );
    expect(await machine.manifest(victim)).toMatchObject({ result: { ok: 1 } });
  });

  test('a record that cannot be judged spoils only its own entry', async () => {
    const [broken, whole] = [newJob(), newJob()];
    await start(broken, 'exec sleep 300');
    await start(whole, 'echo fine; exec sleep 300');
    rmSync(join(folder, 'records', broken.item, '1', 'out'));
    execFileSync('mkdir', [join(folder, 'records', broken.item, '1', 'out')]);
    writeFileSync(join(folder, 'records', broken.item, '1', 'counted'), 'no numbers\n');
    const seen = await machine.look([broken, whole]);
    expect(seen.find((one) => one.job === whole)).toMatchObject({ phase: 'running', lastLine: 'fine' });
    expect(seen.find((one) => one.job === broken)?.phase).not.toBe('absent');
    for (const job of [broken, whole]) await machine.stop(job, 0);
  });
});

describe('when its supervisor was killed', { timeout: 60_000 }, () => {
  test('a job runs on, is known to be alive, and its end gives its result', async () => {
    const job = newJob();
    const { pid } = await start(job, `sleep 1; echo '{"done":1,"of":1}'; ${manifest}; sleep 1`);
    process.kill(supervisorOf(pid), 'SIGKILL');
    expect(await look(job)).toMatchObject({ phase: 'running' });
    const seen = await ended(job);
    expect(seen).not.toHaveProperty('exitCode');
    expect(seen).toMatchObject({ lastLine: '{"done":1,"of":1}' });
    expect(await machine.manifest(job)).toMatchObject({ result: { ok: 1 } });
  });

  test('a job can be stopped', async () => {
    const job = newJob();
    const { pid } = await start(job, 'sleep 300 & exec sleep 300');
    process.kill(supervisorOf(pid), 'SIGKILL');
    expect(await machine.stop(job, 0)).toEqual({ stopped: 2 });
    expect(isAlive(pid)).toBe(false);
  });
});

describe('a process that left its group and overwrote its environment', { timeout: 60_000 }, () => {
  const hidden = (seconds: number): string => `env -i setsid sh -c 'exec sleep ${seconds}' &`;
  const sleepers = (seconds: number): readonly string[] =>
    execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line === `sleep ${seconds}`);

  test('is ended with its job', async () => {
    const job = newJob();
    await start(job, `${hidden(297.1)} exec sleep 300`);
    await until(
      async () => sleepers(297.1).length,
      (length) => length === 1,
    );
    await machine.stop(job, 0);
    expect(sleepers(297.1)).toEqual([]);
    expect(markedOf(job)).toBe(0);
  });

  test('is ended before the manifest is read', async () => {
    const job = newJob();
    await start(job, `${hidden(297.2)} sleep 0.2; ${manifest}`);
    await ended(job);
    await machine.manifest(job);
    expect(sleepers(297.2)).toEqual([]);
  });

  test('is ended by the self-fence and by stopAll', async () => {
    const [fenced, stopped] = [newJob(), newJob()];
    await machine.start({
      job: fenced,
      argv: ['sh', '-c', `${hidden(297.3)} exec sleep 300`],
      env: {},
      seed: 1,
      requestJson: '{}',
      inputs: [],
      limits: { ...limits, selfFenceSeconds: 1 },
    });
    await until(
      async () => sleepers(297.3).length,
      (length) => length === 1,
    );
    await until(
      async () => sleepers(297.3).length,
      (length) => length === 0,
    );
    await start(stopped, `${hidden(297.4)} exec sleep 300`);
    await until(
      async () => sleepers(297.4).length,
      (length) => length === 1,
    );
    await machine.stopAll(0);
    expect(sleepers(297.4)).toEqual([]);
  });
});

describe('a process that left its group and its folder, closed its files and has an empty environment', { timeout: 60_000 }, () => {
  const inPython = (seconds: number): string =>
    `python3 -c "import subprocess; subprocess.Popen(['/bin/sleep', '${seconds}'], env={}, start_new_session=True, cwd='/')"`;
  const inNode = (seconds: number): string =>
    `'${process.execPath}' -e "require('child_process').spawn('/bin/sleep', ['${seconds}'], { env: {}, detached: true, stdio: 'ignore', cwd: '/' }).unref()"`;
  const inShell = (seconds: number): string => `(cd / && exec env -i setsid /bin/sleep ${seconds} 9>&- </dev/null >/dev/null 2>&1) &`;
  const sleepers = (seconds: number): number => processes().filter(({ words }) => words[0] === '/bin/sleep' && words[1] === String(seconds)).length;
  const runs = (seconds: number, wanted: number): Promise<unknown> =>
    until(
      async () => sleepers(seconds),
      (running) => running === wanted,
    );

  test.each([
    ['Python', inPython, 296.1],
    ['Node.js', inNode, 296.2],
    ['a shell', inShell, 296.3],
  ])('is ended in all four ways when %s started it', async (_, child, seconds) => {
    const [stopped, read, all, fenced] = [newJob(), newJob(), newJob(), newJob()];
    await start(stopped, `${child(seconds)}\nexec sleep 300`);
    await runs(seconds, 1);
    expect(await machine.stop(stopped, 0)).toEqual({ stopped: 1 });
    expect(sleepers(seconds)).toBe(0);

    await start(read, `${child(seconds)}\n${manifest}`);
    await ended(read);
    await runs(seconds, 1);
    expect(await machine.manifest(read)).toMatchObject({ result: { ok: 1 } });
    expect(sleepers(seconds)).toBe(0);

    await start(all, `${child(seconds)}\nexec sleep 300`);
    await runs(seconds, 1);
    await machine.stopAll(0);
    expect(sleepers(seconds)).toBe(0);

    const argv = ['sh', '-c', `${child(seconds)}\nexec sleep 300`];
    await machine.start({ job: fenced, argv, env: {}, seed: 1, requestJson: '{}', inputs: [], limits: { ...limits, selfFenceSeconds: 4 } });
    await runs(seconds, 1);
    await runs(seconds, 0);
  });
});

describe('the end of the logs', { timeout: 60_000 }, () => {
  test('comes with the look that sees the end of the job, at most as long as the limit', async () => {
    const job = newJob();
    await start(job, 'seq 1 3000; printf "Traceback\\nValueError: x" >&2; exit 3');
    const { logs, exitCode } = await ended(job);
    expect(exitCode).toBe(3);
    expect(logs?.stderr).toBe('Traceback\nValueError: x');
    expect(logs?.stdout).toHaveLength(4_096);
    expect(logs?.stdout).toMatch(/\n2999\n3000\n$/);
    expect((await ended(await doneQuietly())).logs).toEqual({ stdout: '', stderr: '' });
  });

  test('stays when the folder of the job is emptied, and so does the outcome', async () => {
    const job = newJob();
    await start(job, 'head -c 300000 /dev/zero >"$RINGMASTER_OUTPUT/big"; seq 1 3000; echo "No space left" >&2; exit 1');
    await ended(job);
    await machine.stop(job, 0, { empties: true });
    expect(existsSync(join(folder, 'jobs', job.item, '1'))).toBe(false);
    expect(await look(job)).toMatchObject({ phase: 'ended', exitCode: 1, logs: { stderr: 'No space left\n' } });
    expect((await machine.readLog(job, 'stdout', 100_000)).toString()).toMatch(/\n3000\n$/);
    expect((await machine.readLog(job, 'stdout', 100_000)).length).toBe(4_096);
    await machine.stop(job, 0, { empties: true });
  });
});

test('a fifo in place of one of our files stops the look at no job', { timeout: 60_000 }, async () => {
  const [broken, whole] = [newJob(), newJob()];
  for (const job of [broken, whole]) await start(job, 'exec sleep 300');
  for (const name of ['rc', 'ended', 'counted', 'out.dropped', 'mark', 'lock', 'out']) {
    const file = join(folder, 'records', broken.item, '1', name);
    rmSync(file, { force: true });
    execFileSync('mkfifo', [file]);
  }
  expect((await machine.look([broken, whole])).map(({ phase }) => phase)).toEqual(['running', 'running']);
  for (const job of [broken, whole]) expect(await machine.stop(job, 0)).toEqual({ stopped: 1 });
});

test.each(['pid', 'supervisor', 'rc'])('a fifo in place of %s delays no stop of the job', { timeout: 60_000 }, async (name) => {
  const job = newJob();
  await start(job, 'sleep 300');
  rmSync(join(folder, `records/${job.item}/1`, name), { force: true });
  execFileSync('mkfifo', [join(folder, `records/${job.item}/1`, name)]);
  await machine.stop(job, 0);
  expect(markedOf(job)).toBe(0);
});

test('a repeated start finds the job whose record another program removed, and refuses another spec', { timeout: 60_000 }, async () => {
  const job = newJob();
  const first = await start(job, 'echo up; exec sleep 300');
  rmSync(join(folder, 'records', job.item), { recursive: true });
  expect(await start(job, 'echo up; exec sleep 300')).toEqual({ ...first, adopted: true });
  expect(markedOf(job)).toBe(1);
  rmSync(join(folder, 'records', job.item), { recursive: true, force: true });
  await expect(start(job, 'exec sleep 301')).rejects.toEqual(coded('job.other-spec'));
  expect(isAlive(first.pid)).toBe(true);
  expect(await machine.stop(job, 0)).toEqual({ stopped: 1 });
  expect(markedOf(job)).toBe(0);
});

test('a start that finds our folders without rights takes the rights back', { timeout: 60_000 }, async () => {
  for (const name of ['jobs', 'records']) chmodSync(join(folder, name), 0o000);
  const job = newJob();
  await start(job, manifest);
  expect(await ended(job)).toMatchObject({ exitCode: 0 });
  expect(readdirSync(join(folder, 'jobs'))).toContain(job.item);
  await expect(machine.manifest(newJob())).rejects.toEqual(coded('job.no-output'));
});
