/**
 * Tests that no program of ours waits at a named pipe that took the place of an output between the look at the file and its open.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { shellFiles } from '../../../src/transport/script/programs.generated.ts';
import { processesIn } from '../../support/processes.ts';
import { sha256 } from '../../support/sha256.ts';

const root = mkdtempSync(join(tmpdir(), 'open-file-'));
afterAll(() => rmSync(root, { recursive: true }));

const library = shellFiles['library/open-file'];
const look = '[ -f "$1" ] || return 1\n';
const mayBeWritten = '[ -w "$1" ]';
test('the library has the places that the tests change', () => {
  expect(library.split(look)).toHaveLength(2);
  expect(library.split(mayBeWritten)).toHaveLength(2);
  expect(library.split('sleep 10')).toHaveLength(2);
});
/** The library with a swap of the file for a pipe after the look at it. */
const swapping = library.replace(look, `${look}rm -f "$1"; mkfifo "$1"\n`);
/** Root may write every file. */
const asReader = (text: string): string => text.replace(mayBeWritten, 'false');
/** The limit of the wait is shorter here. */
const soon = (text: string): string => text.replace('sleep 10', 'sleep 1');

describe.each([[['dash']], [['bash']], [['busybox', 'sh']], [['mksh']]])('by %j', ([shell = '', ...applet]) => {
  const folder = mkdtempSync(join(root, 'files-'));
  const run = (opening: string, text: string, ...args: readonly string[]): { readonly out: string; readonly end: number | string | null } => {
    const program = `${shellFiles['library/sum']}${opening}${text}\nexit $?`;
    const { stdout, status, signal } = spawnSync(shell, [...applet, '-c', program, shell, ...args], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 60_000,
      killSignal: 'SIGINT',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return { out: stdout, end: signal ?? status };
  };
  const noProcess = () => expect.poll(() => processesIn(folder), { timeout: 20_000 }).toEqual([]);

  test('a regular file is read, also one that may not be written, and nothing else is', async () => {
    writeFileSync(join(folder, 'a'), 'text');
    expect(run(library, 'open_file a && cat <&3')).toEqual({ out: 'text', end: 0 });
    expect(run(asReader(library), 'open_file a && cat <&3')).toEqual({ out: 'text', end: 0 });
    await noProcess();
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    for (const name of ['missing', '.', 'pipe']) expect(run(library, 'open_file "$1" && cat <&3', name)).toEqual({ out: '', end: 1 });
    expect(existsSync(join(folder, 'missing'))).toBe(false);
  });

  test('a pipe that takes the place of a file is not waited for', { timeout: 90_000 }, async () => {
    writeFileSync(join(folder, 'b'), 'text');
    expect(run(swapping, 'open_file b && cat <&3')).toEqual({ out: '', end: 1 });
  });

  test('the wait for a pipe in place of a file that may not be written is bounded', { timeout: 90_000 }, async () => {
    writeFileSync(join(folder, 'c'), 'text');
    expect(run(soon(asReader(swapping)), 'open_file c && cat <&3')).toEqual({ out: '', end: 'SIGKILL' });
    await noProcess();
    // A login that prints at any time has the program in a subshell.
    writeFileSync(join(folder, 'd'), 'text');
    expect(run(soon(asReader(swapping)), '(eval "open_file d && cat <&3")')).toEqual({ out: '', end: 137 });
    await noProcess();
  });

  test('the sums of open files have the names of the files, and a pipe is none of them', { timeout: 90_000 }, () => {
    const names = ['one', 'a b', "it's", '\\', '*', 'ö'];
    for (const name of names) writeFileSync(join(folder, name), name);
    const { out } = run(library, 'open_files "$@" && sum_open "$@"', ...names);
    expect(out).toBe(names.map((name) => `${sha256(name)}  ${name}\n`).join(''));
    rmSync(join(folder, 'one'));
    execFileSync('mkfifo', [join(folder, 'one')]);
    expect(run(library, 'open_files "$@" && sum_open "$@"', 'a b', 'one')).toEqual({ out: '', end: 1 });
  });
});
