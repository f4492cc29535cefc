/** A test that only root can run has a row that says so to every other user, that names the reason, and no test passes because it returned early. */
import { expect, test } from 'vitest';
import { readRepositoryFile, repositoryFiles } from '../support/repository.ts';

const files = repositoryFiles().filter((path) => /^test\/.*\.ts$/.test(path) && path !== 'test/support/root.ts');
const needRoot = files.map((path) => [path, readRepositoryFile(path)] as const).filter(([, text]) => /\.runIf\((isRoot|process\.getuid)/.test(text));

test('the tests that need root are found', () => expect(needRoot.length).toBeGreaterThan(9));

test('a test that does not run without root is skipped, and none passes in its place', () => {
  const silent = /if \(!?(isRoot|process\.getuid\?\.\(\) [!=]== 0)\) return\b|process\.getuid\?\.\(\) [!=]== 0/;
  const tests = files.filter((path) => path.endsWith('.test.ts') && !path.startsWith('test/tidy/'));
  expect(tests.filter((path) => silent.test(readRepositoryFile(path)))).toEqual([]);
});

test.each(needRoot)('%s names what it does not test without root', (_, text) => {
  expect(text).toMatch(/^ *refusedWithoutRoot\('/m);
});
