/** Tests the programs that only the checks need. The set-up for tests fetches these programs, and `npm start` works without them. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SetupFolder } from '../support/setup-folder.ts';

let folder: SetupFolder;
beforeAll(() => {
  folder = new SetupFolder();
  folder.temporal();
  folder.program('temporal-test-server', 'exit 0');
  folder.run(); // The first run builds.
});
afterAll(() => folder.remove());

const shellcheck = (version: string): string => folder.program('shellcheck', `printf 'ShellCheck\\nversion: ${version}\\nlicense: GPL\\n'`);
const canFetch = process.platform === 'linux' && process.arch === 'x64';

test.runIf(canFetch)('without ShellCheck, pip and network the set-up for tests says what a person can do', () => {
  const { code, stderr } = folder.run(['--test']);
  expect(code).toBe(1);
  expect(stderr).toContain('Cannot get the ShellCheck because no way worked');
  expect(stderr).toContain('put shellcheck 0.11.0 on PATH');
  expect(folder.run()).toMatchObject({ code: 0, stdout: '', stderr: '' });
});

test.runIf(canFetch)('a ShellCheck of another version is passed over', () => {
  shellcheck('0.9.0');
  expect(folder.run(['--test']).code).toBe(1);
});

test('a ShellCheck of the pinned version on PATH is enough', () => {
  shellcheck('0.11.0');
  expect(folder.run(['--test'])).toMatchObject({ code: 0, stdout: '', stderr: '' });
});

describe('promtool', () => {
  beforeEach(() => {
    shellcheck('0.11.0');
    rmSync(join(folder.bin, 'promtool'), { force: true });
  });
  const aptGet = (script: string): string => folder.program('apt-get', script);

  test('without promtool and apt-get the set-up for tests says what a person can do', () => {
    const { code, stderr } = folder.run(['--test']);
    expect(code).toBe(1);
    expect(stderr).toContain('Cannot get the promtool because no way worked:\n  - apt-get download prometheus: there is no apt-get');
    expect(stderr).toContain('put promtool on PATH');
    expect(folder.run()).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });

  test('an apt-get that fails is quoted', () => {
    aptGet('echo "E: Unable to locate package prometheus" >&2; exit 100');
    expect(folder.run(['--test']).stderr).toContain('E: Unable to locate package prometheus');
  });

  test('the package is unpacked and not installed', () => {
    aptGet('[ "$4" = prometheus ] && : > prometheus_2.42.0_amd64.deb');
    folder.program('dpkg-deb', `/bin/mkdir -p "$3/usr/bin" && printf '#!/bin/sh\\necho here\\n' > "$3/usr/bin/promtool"`);
    const { code, stdout, stderr } = folder.run(['--test']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^promtool of Prometheus … \d+\.\d s\n$/);
    expect(folder.cached()).toContain('promtool');
    expect(folder.run(['--test'])).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });
});

test('the shells that a node may have are wanted for tests only', () => {
  folder.program('promtool', 'exit 0');
  rmSync(join(folder.bin, 'busybox'));
  folder.program('apt-get', 'exit 9');
  expect(folder.run()).toMatchObject({ code: 0, stdout: '', stderr: '' });
  const { code, stderr } = folder.run(['--test']);
  expect(code).toBe(3);
  expect(stderr).toContain('Cannot find busybox on this machine');
});
