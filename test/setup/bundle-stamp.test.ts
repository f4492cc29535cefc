/** Bundles that were not made from the compiled files of today are not run. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { repository } from '../support/repository.ts';

let root: string;
const inputs = ['dist/workers/tsconfig.tsbuildinfo', 'package-lock.json'];
const write = (path: string, text: string): void => writeFileSync(join(root, path), text);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ringmaster-bundle-stamp-'));
  for (const folder of ['dist/workers', 'dist/bundle']) mkdirSync(join(root, folder), { recursive: true });
  for (const path of inputs) write(path, 'first');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Returns what an expression says about a checkout. The scripts are no part of the compiled tests, so a process of its own loads them. */
const ask = (expression: string): string =>
  execFileSync(
    process.execPath,
    ['--input-type=module', '-e', `import * as stamp from '${join(repository, 'scripts/setup/bundle-stamp.mjs')}'; console.log(${expression});`],
    { encoding: 'utf8' },
  ).trim();
const isFresh = (): string => ask(`stamp.isBundleFresh('${root}')`);
const stampNow = (): void =>
  write('dist/bundle/stamp.json', `{"inputs":${ask(`JSON.stringify(stamp.marksOf('${root}', ${JSON.stringify(inputs)}))`)},"files":[]}`);

test('the bundles are run while nothing of what they were made from has changed', () => {
  stampNow();
  expect(isFresh()).toBe('true');
});

test.each([
  ['the compiler wrote a room again', () => write('dist/workers/tsconfig.tsbuildinfo', 'other')],
  ['the packages changed', () => write('package-lock.json', 'other')],
  ['a record of the compiler is gone', () => rmSync(join(root, 'dist/workers/tsconfig.tsbuildinfo'))],
  ['the stamp is cut off', () => write('dist/bundle/stamp.json', '{"inputs":{')],
  ['there is no stamp', () => rmSync(join(root, 'dist/bundle/stamp.json'))],
])('the bundles are not run when %s', (_, change) => {
  stampNow();
  change();
  expect(isFresh()).toBe('false');
});
