/**
 * Tests that every program of ours runs in one locale, here and on nodes, and that a program of the user keeps the locale of the login. The login of the
 * node sets a German locale in its own files. A program that stands before others on the PATH writes down what it sees.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ItemId, JobRef, NodeId } from '../../src/domain/ids.ts';
import { openMachine } from '../../src/transport/open-machine.ts';
import { programs } from '../../src/transport/script/programs.ts';
import type { Machine } from '../../src/transport/machine.ts';
import { ownTemporaryFolder, PracticeHost } from '../support/practice-node.ts';
import { ownerNamed } from '../support/owner-named.ts';
import { until } from '../support/eventually.ts';

ownTemporaryFolder();
const limits = { runSecondsMax: 100, silentSecondsMax: 100 };
const job: JobRef = { item: 'locale.1' as ItemId, epoch: 1 };
const german = { LC_ALL: 'de_DE.UTF-8', LANGUAGE: 'de:en' };
const print = 'printf "%s %s\\n" "${LC_ALL-unset}" "${LANGUAGE-unset}"';
const spied = ['stat', 'sha256sum', 'mkdir', 'find', 'tail'];

/** Makes a folder of programs that write their locale to a file and then run the real program. */
function spies(folder: string): { readonly bin: string; readonly seen: () => readonly string[] } {
  const [bin, notes] = [join(folder, 'bin'), join(folder, 'notes')];
  mkdirSync(bin);
  mkdirSync(notes);
  chmodSync(notes, 0o777);
  for (const name of spied) {
    const real = execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
    writeFileSync(join(bin, name), `#!/bin/sh\n${print} >>${notes}/$(id -u)\nexec ${real} "$@"\n`, { mode: 0o755 });
  }
  return {
    bin,
    seen: () => [
      ...new Set(
        execFileSync('sh', ['-c', `cat ${notes}/* 2>/dev/null`], { encoding: 'utf8' })
          .trim()
          .split('\n'),
      ),
    ],
  };
}

/** Returns what our programs saw. */
async function localesOf(machine: Machine, seen: () => readonly string[]): Promise<readonly string[]> {
  const own = await machine.run({ argv: ['sh', '-c', print], timeoutMs: 20_000 });
  expect(own.stdout.trim(), 'a program of the user').toBe(`${german.LC_ALL} ${german.LANGUAGE}`);
  const set = await machine.run({ argv: ['sh', '-c', print], env: { LC_ALL: 'fr_FR.UTF-8' }, timeoutMs: 20_000 });
  expect(set.stdout.trim(), 'a variable of the request').toBe(`fr_FR.UTF-8 ${german.LANGUAGE}`);
  const script = `${print}; env | grep -c RINGMASTER_LOCALE; printf '{"v":1,"files":[],"result":{"ok":1}}' >output/manifest.json`;
  await machine.start({ job, argv: ['sh', '-c', script], env: {}, seed: 1, requestJson: '{}', inputs: [], limits });
  await until(
    async () => (await machine.look([job]))[0]?.phase,
    (phase) => phase === 'ended',
  );
  expect((await machine.readLog(job, 'stdout', 1_000)).toString(), 'the program of a job').toBe(`${german.LC_ALL} ${german.LANGUAGE}\n0\n`);
  await machine.manifest(job);
  await machine.read('jobs/locale.1/1/output/manifest.json', { bytesMax: 10 });
  return seen();
}

describe('here', () => {
  const folder = mkdtempSync(join(tmpdir(), 'locale-'));
  const { bin, seen } = spies(folder);
  const before = { ...process.env };
  const machine = openMachine({ node: 'here' as NodeId, owner: ownerNamed('locale-here'), folder: join(folder, 'node'), connect: { type: 'local' } });
  beforeAll(() => Object.assign(process.env, german, { PATH: `${bin}:${process.env['PATH']}` }));
  afterAll(async () => {
    process.env = before;
    await machine.close();
    rmSync(folder, { recursive: true, force: true });
  });
  test('our programs run in one locale, and a program of the user keeps its own', async () =>
    expect(await localesOf(machine, seen)).toEqual(['C unset']));
});

describe('on a node over ssh', () => {
  let host: PracticeHost;
  let folder = '';
  let seen: () => readonly string[];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'locale-'));
    chmodSync(folder, 0o755);
    const made = spies(folder);
    seen = made.seen;
    host = await PracticeHost.start('l', tmpdir(), { path: `${made.bin}:/usr/local/bin:/usr/bin:/bin` });
    const setEnv = `SetEnv PATH=${made.bin}:/usr/local/bin:/usr/bin:/bin LC_ALL=${german.LC_ALL} LANGUAGE=${german.LANGUAGE}`;
    writeFileSync(host.node.configFile, readFileSync(host.node.configFile, 'utf8').replace(/SetEnv PATH=.*/, setEnv));
    await host.killSshd();
    await host.startSshd();
  });
  afterAll(async () => {
    expect(await host.remove()).toEqual([]);
    rmSync(folder, { recursive: true, force: true });
  });
  test('our programs run in one locale, and a program of the user keeps its own', async () =>
    expect(await localesOf(host.machine(), seen)).toEqual(['C unset']));
});

test('the worker of a node starts in the locale of the login, because the jobs that it starts get the locale of the worker', () => {
  expect(Object.entries(programs).flatMap(([name, text]) => (text.includes('export LC_ALL=C') ? [] : [name]))).toEqual([
    'environment',
    'supervise',
    'leader',
    'startWorker',
    'worker',
  ]);
});
