/** README names the versions of Node that were tried, and they are those of the one list. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readRepositoryFile, repository } from '../support/repository.ts';

const { testedNodes } = (await import(join(repository, 'scripts/setup/supported-node.mjs'))) as { readonly testedNodes: readonly string[] };

test('README names each version of Node in the list of tested versions, and no other version', () => {
  const sentence = /supported; ([^;]+) were tried\./.exec(readRepositoryFile('README.md').replaceAll(/\s+/g, ' '))?.[1] ?? '';
  expect(sentence.split(/, | and /)).toEqual(testedNodes.map((version) => version.split('.').slice(0, 2).join('.')));
});
