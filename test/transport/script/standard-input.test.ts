/** Tests what a node reads from standard input: with the small programs of busybox, and when the connection is lost in the middle. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { shellFiles } from '../../../src/transport/script/programs.generated.ts';
import { programs } from '../../../src/transport/script/programs.ts';
import { processes } from '../../support/processes.ts';

const id = `stdin-${process.pid}`;
let folder: string;
let env: NodeJS.ProcessEnv;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringmaster-stdin-'));
  const found = spawnSync('sh', ['-c', 'command -v busybox'], { encoding: 'utf8' }).stdout.trim();
  const bin = mkdtempSync(join(tmpdir(), 'busybox-'));
  for (const name of ['head', 'cat', 'tail', 'sed']) symlinkSync(found, join(bin, name));
  env = { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` };
});
const enter = (): string[] => [join(folder, 'node'), id, 'c', 'new', ''];
afterAll(() => spawnSync('sh', ['-c', programs.stopAll, 'sh', ...enter(), id, '0']));

const program = ['sh', '-c', 'printf %s "$ONE"; cat input/request.json'];
const start = ([shell, ...applet]: readonly [string, ...string[]], item: string, input: string) => {
  const job = [item, '1', `${id}/${item}/1`, 'digest', '0', '1000000 1000000', '', programs.supervise, programs.leader, '0', ...program];
  return spawnSync(shell, [...applet, '-c', programs.start, 'sh', ...enter(), ...job], { input, env, encoding: 'utf8' });
};

const shells = [[['dash']], [['bash']], [['busybox', 'sh']]] as const;

test.each(shells)('%j hands a job its variables and its whole request with the programs of busybox', async (shell) => {
  const item = `whole-${shell[0]}`;
  const { status, stderr } = start(shell, item, `2 2\nexport ONE='a\\\nb'\n{"games":\n"${'ä'.repeat(30_000)}"}\n`);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const record = join(folder, 'node/records', item, '1');
  await expect.poll(() => existsSync(join(record, 'rc')), { timeout: 30_000 }).toBe(true);
  expect(readFileSync(join(record, 'out'), 'utf8')).toBe(`a\\\nb{"games":\n"${'ä'.repeat(30_000)}"}`);
});

test.each(shells)('%j starts no job when the connection is lost before the request is whole', (shell) => {
  const whole = `1 1\nexport ONE='a'\n{"games":5}\n`;
  for (const bytes of [0, 3, 4, 12, "1 1\nexport ONE='a'\n".length, whole.length - 1]) {
    const item = `cut-${shell[0]}-${bytes}`;
    expect(start(shell, item, whole.slice(0, bytes)).status, item).toBe(1);
    expect(existsSync(join(folder, 'node/records', item, '1')), item).toBe(false);
    expect(existsSync(join(folder, 'node/jobs', item, '1')), item).toBe(false);
    expect(processes().filter(({ mark }) => mark === `${id}/${item}/1`)).toEqual([]);
  }
});

test.each(shells)('%j hands a command its variables and the rest of its input with the programs of busybox', (shell) => {
  const args = ['-c', programs.run, 'sh', ...enter(), '', `${id}/run/x`, '2', 'sh', '-c', 'printf %s "$ONE"; cat'];
  const { status, stdout } = spawnSync(shell[0], [...shell.slice(1), ...args], { input: "export ONE='a\nb'\n\0rest", env, encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 0, stdout: 'a\nb\0rest' });
});

test.each(shells)('%j does not take lines for read that cannot be written', ([shell, ...applet]) => {
  const text = `${shellFiles['library/lines']}\nread_lines 2 >/dev/full`;
  expect(spawnSync(shell, [...applet, '-c', text], { input: 'a\nb\n' }).status).toBe(1);
});
