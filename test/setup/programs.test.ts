/**
 * Tests that set-up installs missing system programs only if no person has to act. Otherwise set-up prints the exact command and exits with code 3.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { SetupFolder } from '../support/setup-folder.ts';
import { isRoot, refusedWithoutRoot } from '../support/root.ts';

let folder: SetupFolder;
beforeAll(() => {
  folder = new SetupFolder();
  folder.temporal();
  folder.run(); // builds once
});
afterAll(() => folder.remove());

beforeEach(() => {
  for (const name of ['rsync', 'apt-get', 'dnf', 'sudo']) rmSync(join(folder.bin, name), { force: true });
});

test('without root: the exact command, exit code 3, nothing done', () => {
  folder.program('apt-get', 'exit 9');
  const { code, stdout, stderr } = folder.runAsNobody();
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  expect(stderr).toContain('Cannot find rsync on this machine and installing needs root; try:');
  expect(stderr).toContain('\n  sudo apt-get update && sudo apt-get install -y --no-install-recommends rsync\n');
});

test('with sudo that asks for a password: the same', () => {
  folder.program('apt-get', 'exit 9');
  folder.program('sudo', 'exit 1');
  expect(folder.runAsNobody().code).toBe(3);
});

test('another package manager is named and never run', () => {
  const trace = join(folder.root, 'dnf-ran');
  folder.program('dnf', `echo ran > ${trace}`);
  const { code, stderr } = folder.run();
  expect(code).toBe(3);
  expect(stderr).toMatch(/\n {2}(sudo )?dnf install -y rsync\n/);
  expect(() => rmSync(trace)).toThrow('ENOENT');
});

refusedWithoutRoot('the installation of programs as root');

test.runIf(isRoot)('with root: apt-get installs exactly what is missing', () => {
  const log = join(folder.root, 'apt.log');
  writeFileSync(log, '');
  folder.program(
    'apt-get',
    `echo "$@" >> ${log}\n[ "$1" = install ] && ln -s /bin/true ${join(folder.bin, 'rsync')} 2>/dev/null || /bin/ln -s /bin/true ${join(folder.bin, 'rsync')}`,
  );
  const { code, stdout, stderr } = folder.run();
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^system packages: rsync … \d+\.\d s\n$/);
});

test.runIf(isRoot)('the output of a failing apt-get is quoted', () => {
  folder.program('apt-get', 'echo "E: Unable to locate package rsync" >&2; exit 100');
  const { code, stderr } = folder.run();
  expect(code).toBe(3);
  expect(stderr).toContain('E: Unable to locate package rsync');
});
