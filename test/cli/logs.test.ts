/** `ringmaster logs` and `ringmaster log-level`, on the files of a state folder. */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LogRecord } from '../../src/domain/cluster/log-record.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { buildCli, CliHarness } from './cli-run.ts';

const harness = new CliHarness();
const paths = statePaths(harness.state);
const line = (record: Partial<LogRecord>): string =>
  `${JSON.stringify({ level: 'info', time: '2026-01-31T10:00:00.000Z', component: 'ledger', pid: 1, msg: '', ...record })}\n`;

beforeAll(() => {
  buildCli();
  harness.writeCluster(1, 1);
  mkdirSync(paths.logs, { recursive: true });
  writeFileSync(
    paths.records('launcher'),
    line({ component: 'launcher', time: '2026-01-31T10:00:02.000Z', level: 'warn', msg: 'ended; it is started again', process: 'ledger' }),
  );
  writeFileSync(
    paths.records('ledger'),
    line({ msg: 'first' }) +
      line({ time: '2026-01-31T10:00:01.000Z', component: 'AUTO_SYNC', daemon: 'AUTO_SYNC', level: 'error', msg: 'second\u001B[31m' }),
  );
}, 60_000);
afterAll(() => harness.remove());

const shown = async (...args: string[]): Promise<readonly string[]> => {
  const { code, stdout, stderr } = await harness.run('logs', ...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout
    .trimEnd()
    .split('\n')
    .map((one) => one.replace(/^\S+ \S+ /, ''));
};

test('the records of all processes are in the order of their times, without control characters', async () => {
  expect(await shown()).toEqual(['INFO ledger: first', 'ERROR AUTO_SYNC: second', 'WARNING launcher: ended; it is started again (process=ledger)']);
});

test('component, level, time and number choose among them', async () => {
  expect(await shown('--component', 'AUTO_SYNC')).toEqual(['ERROR AUTO_SYNC: second']);
  expect(await shown('--level', 'warn')).toHaveLength(2);
  expect(await shown('--since', '2026-01-31T10:00:02Z')).toEqual(['WARNING launcher: ended; it is started again (process=ledger)']);
  const { stdout, stderr } = await harness.run('logs', '--limit', '1', '-o', 'json');
  expect(JSON.parse(stdout)).toMatchObject({ component: 'launcher', process: 'ledger' });
  expect(stderr).toBe('2 older records fit too: a greater --limit shows them\n');
  expect(await harness.run('logs', '--component', 'nobody')).toMatchObject({ code: 0, stdout: '', stderr: 'no record fits\n' });
});

test('a follower shows records as they are written', async () => {
  const { child, done } = harness.start(['logs', '--follow', '--limit', '1']);
  await new Promise<void>((resolve) => child.stdout?.once('data', () => resolve()));
  appendFileSync(paths.records('ledger'), line({ time: new Date().toISOString(), msg: 'just now' }));
  await new Promise<void>((resolve) => {
    child.stdout?.on('data', (part: Buffer) => (part.toString().includes('INFO ledger: just now') ? resolve() : undefined));
  });
  child.kill('SIGINT');
  expect((await done).stdout.trimEnd().split('\n')).toHaveLength(2);
}, 30_000);

test('the level of a component is set, shown and taken back', async () => {
  expect((await harness.run('log-level', 'activity', '--set', 'debug')).stdout).toMatch(/^activity +debug /m);
  expect((await harness.run('log-level', 'AUTO_SYNC', '--set', 'warn')).code).toBe(0);
  expect((await harness.run('log-level', '--set', 'error')).stdout).toMatch(/^all +error /m);
  expect(JSON.parse(readFileSync(paths.logLevels, 'utf8'))).toEqual({ activity: 'debug', AUTO_SYNC: 'warn', all: 'error' });
  const { stdout } = await harness.run('log-level', '-o', 'json');
  expect(JSON.parse(stdout)).toMatchObject({ v: 1, levels: expect.arrayContaining([{ component: 'all', level: 'error', does: '' }]) as unknown });
  await harness.run('log-level', 'activity', '--set', 'default');
  expect(JSON.parse(readFileSync(paths.logLevels, 'utf8'))).toEqual({ AUTO_SYNC: 'warn', all: 'error' });
});

test('an unknown component is refused with the nearest one, and so is a level', async () => {
  const before = readFileSync(paths.logLevels, 'utf8');
  const wrong = await harness.run('log-level', 'actvity', '--set', 'debug');
  expect(wrong).toMatchObject({ code: 2, stdout: '' });
  expect(wrong.stderr).toContain('no component and no daemon that has logged has this name; try activity');
  expect((await harness.run('log-level', 'activity', '--set', 'loud')).code).toBe(2);
  expect(readFileSync(paths.logLevels, 'utf8')).toBe(before);
});
