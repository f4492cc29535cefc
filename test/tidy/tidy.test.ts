/** Tests rules that no compiler checks. The rules have no exceptions. */
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { readRepositoryFile, repositoryFiles } from '../support/repository.ts';

const files = repositoryFiles();
const sources = files.filter((path) => /\.(ts|mjs)$/.test(path));
const texts = new Map(files.filter((path) => !/\.(db|gz|png|ico|woff2?)$/.test(path)).map((path) => [path, readRepositoryFile(path)]));
const textOf = (path: string): string => texts.get(path) ?? '';

const lineCountMax = 300;

/** These file names follow conventions from outside this repository. */
const foreignNames = /^(README|CHANGELOG|ARCHITECTURE|LICENSE|CONTRIBUTING|SECURITY|NOTES)(\.md)?$|^\.[\w.-]+$|^Dockerfile$|^\d{4}-[a-z0-9-]+\.md$/;
const kebabCase = /^_?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/;

const offending = (paths: readonly string[], pattern: RegExp): string[] =>
  paths.flatMap((path) =>
    textOf(path)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim().slice(0, 120)}`] : [])),
  );

test('file names are kebab-case', () => {
  const named = files.filter((path) => !path.startsWith('test/replay/')).map((path) => basename(path));
  expect(named.filter((name) => !foreignNames.test(name) && !kebabCase.test(name))).toEqual([]);
});

test('no file has a name without a meaning, such as utils', () => {
  expect(files.filter((path) => /(^|[/-])(utils?|common|helpers?|misc|shared)([.-]|\/|$)/.test(path))).toEqual([]);
});

test(`no source is longer than ${lineCountMax} lines`, () => {
  // A generated module is exempt, because its length is the sum of the lengths of its source files.
  const written = sources.filter((path) => !path.endsWith('.generated.ts'));
  const long = written.filter((path) => textOf(path).split('\n').length - 1 > lineCountMax);
  expect(long).toEqual([]);
});

test('no test is skipped, focused or only planned', () => {
  const tests = files.filter((path) => path.startsWith('test/') && path.endsWith('.test.ts'));
  const skip = new RegExp(String.raw`\b(test|it|describe|suite|bench)\.(${['skip', 'only', 'todo', 'fails'].join('|')})\b`);
  expect(offending(tests, skip)).toEqual([]);
});

test('no file has the marker of a merge conflict, which a compiler does not see in a comment', () => {
  expect(offending(files, new RegExp(`^(${'<'.repeat(7)}|${'>'.repeat(7)}) `))).toEqual([]);
});

test('pure rooms never read the clock', () => {
  expect(
    offending(
      files.filter((path) => /^src\/(base|domain|contract)\/.*\.ts$/.test(path)),
      /new Date\(\)/,
    ),
  ).toEqual([]);
});

test('there are no enums', () => {
  expect(
    offending(
      files.filter((path) => path.endsWith('.ts')),
      /^\s*(export\s+)?(declare\s+)?(const\s+)?enum\s+\w+/,
    ),
  ).toEqual([]);
});

test('no file names the machine it was written on', () => {
  const places = [
    ['', 'work', 'main'],
    ['', 'work', 'shared'],
    ['', 'root', ''],
    ['', 'home', '[a-z]+', ''],
  ].map((parts) => parts.join('/'));
  const elsewhere = files.filter((path) => path !== 'package-lock.json');
  // Documents are exempt, because an example of a cluster file may name a home folder.
  expect(
    offending(
      elsewhere.filter((path) => !path.endsWith('.md')),
      new RegExp(`(?<![\\w.-])(${places.join('|')})`),
    ),
  ).toEqual([]);
  expect(
    offending(
      elsewhere.filter((path) => path.endsWith('.md')),
      new RegExp(`(${places.slice(0, 2).join('|')})`),
    ),
  ).toEqual([]);
});

test('the lock file names no registry', () => {
  expect(offending(['package-lock.json'], /"resolved"|https?:\/\/[^"]*\.tgz/)).toEqual([]);
});
