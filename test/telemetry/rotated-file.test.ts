/** Tests the files of the logs: their size and number are bounded, and no line is lost when several processes write. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { logFileLimits } from '../../src/telemetry/limits.ts';
import { renamedFiles, RotatedFile } from '../../src/telemetry/rotated-file.ts';
import { repository } from '../support/repository.ts';

const root = mkdtempSync(join(tmpdir(), 'rm-log-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let made = 0;
const newFile = (): string => join(root, `f${(made += 1)}`, 'coordination.log');
const limits = { ...logFileLimits, lookMs: 0 };
const textOf = (file: string): string => readFileSync(file, 'utf8');
const allText = (file: string): string => [...renamedFiles(file).map((name) => join(dirname(file), name)), file].map(textOf).join('');

test('a file that is full is renamed, and the lines go on in a new one that is private', () => {
  const file = newFile();
  const log = new RotatedFile(file, { ...limits, bytesMax: 10 });
  for (const line of ['first\n', 'second\n', 'third\n']) log.write(line);
  expect(renamedFiles(file)).toHaveLength(1);
  expect(textOf(file)).toBe('third\n');
  expect(allText(file)).toBe('first\nsecond\nthird\n');
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('the newest renamed files are kept', async () => {
  const file = newFile();
  const log = new RotatedFile(file, { ...limits, bytesMax: 1, renamedMax: 2 });
  for (let at = 0; at < 5; at += 1) {
    log.write(`${at}\n`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  expect(allText(file)).toBe('2\n3\n4\n');
  // A file that a person has put there stays.
  writeFileSync(`${file}.2026-mine`, 'mine');
  log.write('5\n');
  expect(allText(file)).toBe('3\n4\n5\n');
  expect(textOf(`${file}.2026-mine`)).toBe('mine');
});

test('a file that is old is renamed', async () => {
  const file = newFile();
  const log = new RotatedFile(file, { ...limits, fileMsMax: 30 });
  log.write('old\n');
  await new Promise((resolve) => setTimeout(resolve, 60));
  log.write('new\n');
  expect(textOf(file)).toBe('new\n');
});

test('a writer follows a file that was renamed or removed by somebody else', () => {
  const file = newFile();
  const log = new RotatedFile(file, limits);
  log.write('a\n');
  renameSync(file, `${file}.gone`);
  log.write('b\n');
  expect(textOf(file)).toBe('b\n');
  rmSync(file);
  log.write('c\n');
  expect(textOf(file)).toBe('c\n');
});

test('a line that cannot be written is lost, and the next one is written again', () => {
  const file = newFile();
  mkdirSync(file, { recursive: true });
  const log = new RotatedFile(file, limits);
  expect(() => log.write('lost\n')).not.toThrow();
  rmSync(file, { recursive: true });
  log.write('kept\n');
  expect(textOf(file)).toBe('kept\n');
});

test('three processes lose no line and tear none while the file is renamed again and again', async () => {
  const file = newFile();
  const script = join(root, 'writer.mjs');
  const module = JSON.stringify(join(repository, 'dist/src/telemetry/rotated-file.js'));
  writeFileSync(
    script,
    `import { RotatedFile } from ${module};
const log = new RotatedFile(process.argv[2], { bytesMax: 300, fileMsMax: 1e9, renamedMax: 1e6, lookMs: 0 });
for (let at = 0; at < 400; at += 1) { log.write(process.argv[3] + ' ' + at + ' ' + 'x'.repeat(50) + '\\n'); if (at % 20 === 0) await new Promise((r) => setTimeout(r, 3)); }`,
  );
  const run = promisify(execFile);
  await Promise.all(['p', 'q', 'r'].map((name) => run(process.execPath, [script, file, name], { timeout: 20_000 })));
  const lines = allText(file).trimEnd().split('\n');
  expect(renamedFiles(file).length).toBeGreaterThan(3);
  expect(lines.toSorted()).toEqual(
    ['p', 'q', 'r'].flatMap((name) => Array.from({ length: 400 }, (_, at) => `${name} ${at} ${'x'.repeat(50)}`)).toSorted(),
  );
});
