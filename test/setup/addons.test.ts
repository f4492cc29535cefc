/**
 * Tests that set-up makes sure that this Node loads the addon of better-sqlite3, and that a failure is one sentence with a cure. The checkout has a copy
 * of better-sqlite3 of its own. Nothing is compiled: the prebuilt addon and the compiler are fakes.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { addonFailure } from '../../src/domain/failure/addon-failure.ts';
import { repository } from '../support/repository.ts';
import { SetupFolder, type SetupRun, type Variables } from '../support/setup-folder.ts';

const addonName = 'better_sqlite3.node';
const ownPlace = `lib/binding/node-v${process.versions.modules}-${process.platform}-${process.arch}`;
const packages = join(repository, 'node_modules');
const own = [join(packages, 'better-sqlite3/build/Release', addonName), join(packages, 'better-sqlite3', ownPlace, addonName)].find((path) =>
  existsSync(path),
);

let folder: SetupFolder;
let sqlite = '';
beforeAll(() => {
  folder = new SetupFolder();
  folder.temporal();
  folder.run(); // Builds once, with the packages of the repository.
  const modules = join(folder.checkout, 'node_modules');
  rmSync(modules);
  mkdirSync(modules);
  for (const name of readdirSync(packages)) if (name !== 'better-sqlite3') symlinkSync(join(packages, name), join(modules, name));
  for (const name of ['.ringmaster-addons', '.ringmaster-packages']) rmSync(join(modules, name), { force: true });
  cpSync(join(packages, '.package-lock.json'), join(modules, '.package-lock.json'));
  sqlite = join(modules, 'better-sqlite3');
  symlinkSync(spawnSync('which', ['npm'], { encoding: 'utf8' }).stdout.trim(), join(folder.bin, 'npm'));
  symlinkSync(process.execPath, join(folder.bin, 'node'));
});
afterAll(() => folder.remove());

beforeEach(() => {
  rmSync(sqlite, { recursive: true, force: true });
  for (const part of ['lib', 'package.json']) cpSync(join(packages, 'better-sqlite3', part), join(sqlite, part), { recursive: true });
  rmSync(join(sqlite, 'lib/binding'), { recursive: true, force: true });
});

/** The address names a closed port, so the prebuilt addon cannot be fetched. */
const noPrebuilt = { npm_config_better_sqlite3_binary_host: 'http://127.0.0.1:1', TMPDIR: '/tmp' };
const run = (variables: Variables = {}): SetupRun => folder.run([], { ...noPrebuilt, ...variables });

function place(path: string, bytes: Buffer): void {
  mkdirSync(join(sqlite, path), { recursive: true });
  writeFileSync(join(sqlite, path, addonName), bytes);
}

const functionName = `node_register_module_v${process.versions.modules}`;

/**
 * Returns an addon that Node refuses as it refuses one of another version. The addon's record begins with the number of its interface. Flags and a
 * pointer follow, which are zero in the file.
 */
function ofAnotherNode(): Buffer {
  const bytes = Buffer.from(readFileSync(own ?? ''));
  const record = Buffer.alloc(16);
  record.writeInt32LE(Number(process.versions.modules), 0);
  let at = bytes.indexOf(record);
  while (at % 8 > 0) at = bytes.indexOf(record, at + 1);
  expect(at, 'the record of the module').toBeGreaterThan(0);
  bytes.writeInt32LE(9_999, at);
  // Node also looks for a function that has the number in its name.
  for (let name = 0; (name = bytes.indexOf(functionName, name + 1)) !== -1;) bytes.write('9', name + functionName.length - 1);
  return bytes;
}

/** Makes a folder whose headers have the version of this Node. */
function headersOfThisNode(): string {
  const headers = join(folder.root, 'headers');
  const [major, minor, patch] = process.versions.node.split('.');
  const version = `#define NODE_MAJOR_VERSION ${major}\n#define NODE_MINOR_VERSION ${minor}\n#define NODE_PATCH_VERSION ${patch}\n`;
  mkdirSync(join(headers, 'include/node'), { recursive: true });
  writeFileSync(join(headers, 'include/node/node_version.h'), version);
  return headers;
}

test('an addon that loads is accepted in either place, silently', () => {
  for (const path of ['build/Release', ownPlace]) {
    place(path, readFileSync(own ?? ''));
    expect(run(), path).toMatchObject({ code: 0, stdout: '', stderr: '' });
  }
});

test('a missing addon without a compiler: the step, then one sentence with the command', () => {
  folder.program('apt-get', 'exit 9');
  const { code, stdout, stderr } = folder.runAsNobody(noPrebuilt);
  expect(code).toBe(3);
  expect(stdout).toMatch(/^better-sqlite3, prebuilt … not to be had \(.*ECONNREFUSED.*\); it will be compiled\n$/);
  expect(stderr).toContain(
    'Cannot find make, g++, python3 on this machine, which Ringmaster needs to compile better-sqlite3, and installing needs root; try:',
  );
  expect(stderr).toContain('\n  sudo apt-get update && sudo apt-get install -y --no-install-recommends make g++ python3\n');
  expect(stderr.trim().split('\n').length).toBe(2);
  folder.removeProgram('apt-get');
});

test('an addon of another Node is moved to the place of that Node, and a damaged one is replaced', () => {
  for (const [bytes, reason] of [
    [ofAnotherNode(), 'another Node'],
    [Buffer.from('no addon'), 'damaged'],
  ] as const) {
    rmSync(join(sqlite, 'lib/binding'), { recursive: true, force: true });
    place('build/Release', bytes);
    expect(run().stderr, reason).toContain('to compile better-sqlite3');
    expect(existsSync(join(sqlite, 'build')), reason).toBe(false);
    expect(existsSync(join(sqlite, 'lib/binding', `node-v9999-${process.platform}-${process.arch}`, addonName)), reason).toBe(
      reason === 'another Node',
    );
  }
});

test('the compiler’s output is kept in a file, and the sentence has its first error', () => {
  for (const name of ['make', 'g++', 'python3']) folder.program(name, 'exit 0');
  folder.removeProgram('npm');
  folder.program(
    'npm',
    `case "$*" in "config get "*) echo undefined;; *build-release*) for n in 1 2 3; do echo "line $n"; done; echo "x.cc:1:2: error: no good" >&2; exit 1;; esac`,
  );
  const { code, stderr } = run({ npm_config_nodedir: headersOfThisNode() });
  expect({ code, lines: stderr.trim().split('\n').length }).toEqual({ code: 1, lines: 1 });
  expect(stderr).toContain('Cannot compile better-sqlite3 because the compiler failed (x.cc:1:2: error: no good); try: read ');
  expect(readFileSync(join(folder.checkout, 'dist/setup-compile.log'), 'utf8')).toContain('line 3');
});

test('bin/ringmaster refuses to start with an addon of another Node, and says the command that cures it', () => {
  place('build/Release', ofAnotherNode());
  const load = `import('${join(folder.checkout, 'scripts/setup/addon-fault.mjs')}').then((m) => console.log(JSON.stringify(m.addonFault('${folder.checkout}', ['better-sqlite3']))))`;
  const found = JSON.parse(spawnSync(process.execPath, ['-e', load], { encoding: 'utf8' }).stdout) as { because: string; cure: string };
  expect(found.because).toBe(
    `the native addon of better-sqlite3 was built for another Node (interface 9999) and this is Node ${process.versions.node} (interface ${process.versions.modules})`,
  );
  expect(found.cure).toBe(`${process.execPath} ${join(folder.checkout, 'scripts/setup.mjs')}`);
  const { hint } = addonFailure(found);
  // The compiler of this test is a program that puts the right addon into its place.
  for (const name of ['make', 'g++', 'python3']) folder.program(name, 'exit 0');
  folder.removeProgram('npm');
  folder.program(
    'npm',
    `case "$*" in "config get "*) echo undefined;; *build-release*) /bin/mkdir -p build/Release && /bin/cp '${own}' build/Release/${addonName};; esac`,
  );
  const env = { PATH: folder.bin, HOME: folder.root, ...noPrebuilt, npm_config_nodedir: headersOfThisNode() };
  const cured = spawnSync('/bin/sh', ['-c', hint?.run ?? 'exit 99'], { encoding: 'utf8', env });
  expect(cured.stdout + cured.stderr).toContain('better-sqlite3, compiled');
  expect(spawnSync(process.execPath, ['-e', load], { encoding: 'utf8' }).stdout).toBe('undefined\n');
});
