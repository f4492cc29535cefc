/** A test that only root can run has a row that says so to every other user, because a skipped test would look like a claim. */
import { expect, test } from 'vitest';
import { readRepositoryFile, repositoryFiles } from '../support/repository.ts';

const files = repositoryFiles().filter((path) => /^test\/.*\.ts$/.test(path));
const needRoot = files.map((path) => [path, readRepositoryFile(path)] as const).filter(([, text]) => /\.runIf\((isRoot|process\.getuid)/.test(text));

test('the tests that need root are found', () => expect(needRoot.length).toBeGreaterThan(9));

test.each(needRoot)('%s names what it does not test without root', (_, text) => {
  expect(text).toMatch(/^ *refusedWithoutRoot\('/m);
});
