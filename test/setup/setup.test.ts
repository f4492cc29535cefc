/** Runs `scripts/setup.mjs` in a small checkout. Tests what the script installs and prints, and that it prints nothing when nothing is missing. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SetupFolder } from '../support/setup-folder.ts';

let folder: SetupFolder;
beforeAll(() => {
  folder = new SetupFolder();
  folder.temporal();
});
afterAll(() => folder.remove());

const quiet = { code: 0, stdout: '', stderr: '' };
const isFile = (path: string): boolean => existsSync(join(folder.checkout, path));

/** Node then prints a line for each program that it starts. */
const showsPrograms = { NODE_DEBUG: 'child_process' };
const startsProgram = /^CHILD_PROCESS \d+: spawn/m;

test('the first run builds and records where the CLI is; the second prints nothing and starts no program', () => {
  const first = folder.run();
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(first.stdout).toMatch(/^build … \d+\.\d s\n$/);
  expect(isFile('dist/workflow-bundle.js')).toBe(true);
  expect(['launcher', 'ledger', 'gateway', 'control'].filter((name) => !isFile(`dist/bundle/workers/${name}/main.js`))).toEqual([]);
  expect(JSON.parse(readFileSync(join(folder.checkout, 'dist/setup.json'), 'utf8'))).toMatchObject({
    temporalCli: join(folder.bin, 'temporal'),
    version: '1.9.1',
    server: '1.32.0',
    testServer: null,
  });
  expect(folder.run()).toMatchObject(quiet);
  expect(folder.run([], showsPrograms).stderr).not.toMatch(startsProgram);
});

test('an edit, a new source and a deleted source each cause one build, and the deleted one leaves nothing behind', () => {
  folder.write('src/storage/thing.ts', 'export const here = 22;\n');
  const build = folder.run([], showsPrograms);
  expect(build.stdout).toMatch(/^build/);
  expect(build.stderr).toMatch(startsProgram);
  expect(readFileSync(join(folder.checkout, 'dist/src/storage/thing.js'), 'utf8')).toContain('22');
  folder.write('src/storage/extra.ts', 'export const extra = 1;\n');
  expect(folder.run().stdout).toMatch(/^build/);
  expect(isFile('dist/src/storage/extra.js')).toBe(true);
  rmSync(join(folder.checkout, 'src/storage/extra.ts'));
  expect(folder.run().stdout).toMatch(/^build/);
  expect(['.js', '.js.map', '.d.ts', '.d.ts.map'].filter((end) => isFile(`dist/src/storage/extra${end}`))).toEqual([]);
  expect(folder.run()).toMatchObject(quiet);
});

test('a missing output is built again although the compiler records it as built', () => {
  rmSync(join(folder.checkout, 'dist/src/domain/thing.js'));
  expect(folder.run().stdout).toMatch(/^build/);
  expect(isFile('dist/src/domain/thing.js')).toBe(true);
});

test('a source that does not compile fails with the compiler’s message, and the next run tries again', () => {
  folder.write('src/storage/thing.ts', 'export const here: string = 1;\n');
  for (const run of [folder.run(), folder.run()]) {
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/^Cannot build because the compiler refuses the sources:\nsrc\/storage\/thing\.ts.*TS2322/);
  }
  folder.write('src/storage/thing.ts', 'export const here = 1;\n');
  expect(folder.run()).toMatchObject({ code: 0, stderr: '' });
});

test('a user’s own server needs no CLI, except for the tests', () => {
  folder.removeProgram('temporal');
  expect(folder.run([], { TEMPORAL_ADDRESS: '127.0.0.1:7233' })).toMatchObject(quiet);
  folder.write('temporal.toml', '[profile.default]\naddress = "127.0.0.1:7233"\n');
  expect(folder.run([], { TEMPORAL_CONFIG_FILE: join(folder.checkout, 'temporal.toml') })).toMatchObject(quiet);
  expect(folder.run(['--test'], { TEMPORAL_ADDRESS: '127.0.0.1:7233' }).code).toBe(1);
  folder.temporal();
});

test('two set-ups at once: one builds, the other waits, both succeed', async () => {
  folder.write('src/storage/thing.ts', 'export const here = 3;\n');
  const both = await Promise.all([folder.start(), folder.start()]);
  expect(both.map((run) => [run.code, run.stderr])).toEqual([
    [0, ''],
    [0, ''],
  ]);
  expect(both.filter((run) => run.stdout.includes('build')).length).toBe(1);
  expect(isFile('dist/setup.lock')).toBe(false);
});

test('the lock of a dead set-up is broken', () => {
  folder.write('src/storage/thing.ts', 'export const here = 4;\n');
  folder.write('dist/setup.lock/owner.json', JSON.stringify({ pid: 2 ** 22 + 1, startedAt: '1' }));
  expect(folder.run()).toMatchObject({ code: 0, stderr: '' });
  expect(isFile('dist/setup.lock')).toBe(false);
});

test.runIf(process.platform === 'linux')('the lock of a dead set-up whose pid another process got is broken', () => {
  folder.write('src/storage/thing.ts', 'export const here = 5;\n');
  folder.write('dist/setup.lock/owner.json', JSON.stringify({ pid: process.pid, startedAt: '1' }));
  expect(folder.run()).toMatchObject({ code: 0, stderr: '' });
});
