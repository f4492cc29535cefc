/** Tests that no two exported types have the same name. Two such types are either copies, or different things that need different names. */
import { expect, test } from 'vitest';
import { readRepositoryFile, repositoryFiles } from '../support/repository.ts';

const declared = /^export (?:interface|type) ([A-Z][A-Za-z0-9]*)\b(?! *(?:,|\}))/gm;

/** Returns each name that two or more texts declare, with the paths of these texts. */
function declaredTwice(texts: readonly (readonly [path: string, text: string])[]): readonly string[] {
  const places = new Map<string, string[]>();
  for (const [path, text] of texts) for (const [, name = ''] of text.matchAll(declared)) places.set(name, [...(places.get(name) ?? []), path]);
  return [...places].filter(([, paths]) => paths.length > 1).map(([name, paths]) => `${name}: ${paths.join(', ')}`);
}

test('no exported type of the product is declared twice', () => {
  const sources = repositoryFiles().filter((path) => /^(src|activities|workflows|workers)\/.*\.ts$/.test(path));
  expect(sources.length).toBeGreaterThan(100);
  expect(declaredTwice(sources.map((path) => [path, readRepositoryFile(path)] as const))).toEqual([]);
});

test('a type that stands in two files is found', () => {
  const file = 'export interface JobView {\n  readonly item: string;\n}\n';
  expect(
    declaredTwice([
      ['a.ts', file],
      ['b.ts', file],
      ['c.ts', 'export type { JobView } from "./a.ts";\n'],
    ]),
  ).toEqual(['JobView: a.ts, b.ts']);
});
