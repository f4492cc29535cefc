/** A type has one declaration. Two exported types of one name are a copy, or two things that need two names. */
import { expect, test } from 'vitest';
import { readRepositoryFile, repositoryFiles } from '../support/repository.ts';

const declared = /^export (?:interface|type) ([A-Z][A-Za-z0-9]*)\b(?! *(?:,|\}))/gm;

/** Returns the names that more than one of the texts declares, with their files. */
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
