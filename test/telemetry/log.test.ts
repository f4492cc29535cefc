/** Tests the log of a process: its files, its levels, and what it hides. Each case is a process of its own, because a process has one log. */
import { execFile } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { parseLogLine, plainLog } from '../../src/domain/cluster/log-record.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { LogReader } from '../../src/telemetry/read-logs.ts';
import { repository } from '../support/repository.ts';

const root = mkdtempSync(join(tmpdir(), 'rm-logs-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let made = 0;

/** Runs the code in a process with an open log. Returns the state folder and the standard error. */
async function inProcess(code: string, env: NodeJS.ProcessEnv = {}, name = 'gateway'): Promise<{ readonly state: string; readonly stderr: string }> {
  made += 1;
  const [state, script] = [join(root, `s${made}`), join(root, `p${made}.mjs`)];
  const module = JSON.stringify(join(repository, 'dist/src/telemetry/log.js'));
  writeFileSync(
    script,
    `import { mkdirSync, writeFileSync } from 'node:fs';
import { hideInLogs, logOf, openLogs } from ${module};
const state = ${JSON.stringify(state)};
mkdirSync(state + '/run', { recursive: true });
const until = async (done) => { for (let left = 200; !done(); left -= 1) { if (left === 0) throw new Error('too late'); await new Promise((r) => setTimeout(r, 50)); } };
openLogs(state, ${JSON.stringify(name)});
${code}`,
  );
  const { stderr } = await promisify(execFile)(process.execPath, [script], { timeout: 30_000, env: { PATH: process.env['PATH'], ...env } });
  return { state, stderr };
}
const read = (state: string) => new LogReader(state).next();
const textOf = (state: string, name: string): string => readFileSync(statePaths(state).log(name), 'utf8');

test('a record is JSON in the file of the process, and text in the log for people; warnings are on the standard error too', async () => {
  const { state, stderr } = await inProcess(`
logOf('gateway').info({ node: 'a' }, 'hello');
logOf('AUTO_SYNC').error({ daemon: 'AUTO_SYNC', err: new Error('boom') }, 'failed');
logOf('gateway').debug('not shown');`);
  expect(read(state)).toMatchObject([
    { level: 'info', component: 'gateway', node: 'a', msg: 'hello' },
    { level: 'error', component: 'AUTO_SYNC', msg: 'failed', err: { message: 'boom' } },
  ]);
  expect(textOf(state, 'coordination')).toMatch(/^\S+Z INFO gateway: hello \(node=a\)\n$/);
  const daemons = textOf(state, 'daemons').split('\n');
  expect(daemons[0]).toMatch(/^\S+Z ERROR AUTO_SYNC: failed$/);
  expect(daemons[1]).toBe('  Error: boom');
  expect(daemons[2]).toMatch(/^ {6}at /);
  expect(stderr).toBe(textOf(state, 'daemons'));
});

test('an operator changes the level of one component while the process runs', async () => {
  const { state } = await inProcess(`
const levels = (value) => writeFileSync(state + '/run/log-levels.json', JSON.stringify(value));
logOf('ledger').debug('too early');
levels({ activity: 'debug', all: 'error' });
await until(() => logOf('activity').level === 'debug');
logOf('activity').debug('shown');
logOf('ledger').warn('less than an error');
logOf('new').warn('also less');
levels({ activity: 'no level', ledger: 'warn' });
await until(() => logOf('activity').level === 'info');
logOf('activity').debug('too late');
logOf('ledger').warn('again');`);
  expect(read(state).map(({ component, msg }) => `${component}: ${msg}`)).toEqual(['activity: shown', 'ledger: again']);
});

test('RINGMASTER_LOG_LEVEL sets the level, and a typo is said and changes nothing', async () => {
  const quiet = await inProcess(`logOf('a').warn('one'); logOf('a').error('two');`, { RINGMASTER_LOG_LEVEL: 'ERROR' });
  expect(read(quiet.state).map(({ msg }) => msg)).toEqual(['two']);
  const typo = await inProcess(`logOf('a').info('one'); logOf('a').debug('two');`, { RINGMASTER_LOG_LEVEL: 'eror' });
  expect(read(typo.state).map(({ msg }) => msg)).toEqual(['RINGMASTER_LOG_LEVEL is not a level; info is used', 'one']);
});

test('no file shows a secret, in a message, a field or an error', async () => {
  const secret = 'pa"ss\\wörd';
  const { state, stderr } = await inProcess(`
const secret = ${JSON.stringify(secret)};
hideInLogs([secret, undefined, 'ab']);
logOf('a').error({ env: { KEY: secret }, err: new Error('bad ' + secret) }, 'the key is ' + secret + ', about');`);
  const all = [stderr, textOf(state, 'coordination'), readFileSync(statePaths(state).records('gateway'), 'utf8')];
  for (const text of all) {
    expect(text).toContain('the key is •••, about');
    expect(text).not.toContain('wörd');
  }
});

test('the output of a process that grows is moved away', async () => {
  const { state } = await inProcess(
    `
logOf('a').info('makes the folder');
writeFileSync(state + '/logs/gateway.log', 'x'.repeat(8 * 1024 * 1024 + 1));
const { statSync } = await import('node:fs');
await until(() => statSync(state + '/logs/gateway.log').size === 0);`.replace(
      'writeFileSync(state',
      `logOf('a').info('makes the folder');
writeFileSync(state`,
    ),
  );
  expect(readFileSync(`${statePaths(state).log('gateway')}.1`, 'utf8')).toHaveLength(8 * 1024 * 1024 + 1);
});

test('a reader shows each record once, also when the file is renamed or a line is half written', () => {
  const state = join(root, 'reader');
  const line = (msg: string, time = '2026-01-31T00:00:00.000Z'): string =>
    `${JSON.stringify({ level: 'info', time, component: 'a', pid: 1, msg })}\n`;
  const file = statePaths(state).records('ledger');
  mkdirSync(statePaths(state).logs, { recursive: true });
  const reader = new LogReader(state);
  const next = (): readonly string[] => reader.next().map(({ msg }) => msg);
  expect(next()).toEqual([]);
  const half = line('üç');
  appendFileSync(file, Buffer.concat([Buffer.from(line('one') + 'no record\n'), Buffer.from(half).subarray(0, Buffer.byteLength(half) - 5)]));
  writeFileSync(statePaths(state).records('control'), line('before', '2026-01-30T00:00:00.000Z'));
  expect(next()).toEqual(['before', 'one']);
  renameSync(file, `${file}.2026-01-31T00-00-00.000Z-7-1`);
  appendFileSync(`${file}.2026-01-31T00-00-00.000Z-7-1`, Buffer.from(half).subarray(Buffer.byteLength(half) - 5));
  appendFileSync(file, line('three'));
  expect(next().toSorted()).toEqual(['three', 'üç']);
  expect(next()).toEqual([]);
});

test('a reader shows the first records of a new file that has the inode of a removed one', () => {
  const state = join(root, 'inodes');
  const file = statePaths(state).records('ledger');
  mkdirSync(statePaths(state).logs, { recursive: true });
  const reader = new LogReader(state);
  const line = (msg: string): string => `${JSON.stringify({ level: 'info', time: 't', component: 'a', pid: 1, msg })}\n`;
  for (let round = 0; round < 20; round += 1) {
    writeFileSync(file, line(`long ${'x'.repeat(200)}`));
    expect(reader.next()).toHaveLength(1);
    rmSync(file);
    writeFileSync(file, line(`short ${round}`));
    expect(reader.next().map(({ msg }) => msg)).toEqual([`short ${round}`]);
    rmSync(file);
  }
});

test('the text of a record shows its fields, and a message of several lines is one record', () => {
  const record = parseLogLine(JSON.stringify({ level: 'fatal', time: 't', component: 'c', pid: 3, msg: 'a\nb', n: 1, s: 'x y', z: 'q' }));
  expect(record && plainLog(record)).toBe('t CRITICAL c: a\n  b (n=1 s="x y" z=q)');
  for (const line of ['', '{', 'null', '{"level":"loud","time":"t","component":"c"}', '{"level":"info"}']) expect(parseLogLine(line)).toBeUndefined();
});
