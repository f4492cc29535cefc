/**
 * Tests that every key of the cluster file that a hint or the failure guide names is in the schema. Also tests that a single function composes the
 * sentence of a failure.
 */
import { expect, test } from 'vitest';
import { readRepositoryFile, repositoryFiles } from '../support/repository.ts';
import { sourceStrings } from '../support/source-strings.ts';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

/** Returns the path of every key below `schema`, for example `pipelines.games.perItem`. */
function keysBelow(schema: Schema, path: readonly string[] = []): readonly string[] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([key, value]) => {
    const at = [...path, key];
    return [at.join('.'), ...keysBelow(value, at)];
  });
  const parts = [...(schema.items === undefined ? [] : [schema.items]), ...(schema.anyOf ?? [])];
  return [...own, ...parts.flatMap((part) => keysBelow(part, path))];
}
const keys = keysBelow(JSON.parse(readRepositoryFile('docs/cluster.schema.json')) as Schema);
const isKey = (name: string): boolean => keys.some((key) => key === name || key.endsWith(`.${name}`));

/** Advice may also name these words. They are not keys of the cluster file, but programs, commands of SQLite, or keys of a payload's request. */
const otherNames = new Set(['lsof', 'dmesg', 'df', '.dump', 'firstGame', 'prefix', 'rsync']);

/** Matches a key that the source marks as a key, with `clusterKey` or, for the ports that `up` checks, with `change`. */
const marked = /\bclusterKey\(\s*['"]([^'"]*)['"]\s*\)|\bchange: ['`]([a-z]\w*(?:\.\w+)+)/g;
const advice = /\b(?:say|meaning):\s*(['"`])((?:\\.|(?!\1)[\s\S])*)\1/g;
/** Matches a word that looks like a key: a word in backquotes, or a word in camel case such as `runSecondsMax`. */
const looksLikeKey = /\\?`([.a-z][\w.]*):?\\?`|(?<![\w./$])([a-z]+[A-Z]\w*)/g;

/** Returns the faults of one source: marked keys that the schema does not have, and unmarked words that look like keys. */
function faultsOf(source: string): readonly string[] {
  const unknown = [...source.matchAll(marked)].flatMap((match) => match[1] ?? match[2] ?? []).filter((name) => !isKey(name));
  const unmarked = [...source.matchAll(advice)]
    .map((match) => (match[2] ?? '').replaceAll(/\$\{[^}]*\}/g, ''))
    .flatMap((text) => [...text.matchAll(looksLikeKey)].flatMap((match) => match[1] ?? match[2] ?? []))
    .filter((name) => !otherNames.has(name));
  return [...unknown.map((name) => `no such key: ${name}`), ...unmarked.map((name) => `not marked with clusterKey: ${name}`)];
}

const sources = repositoryFiles().filter((path) => /^(src|workflows|activities|workers)\/.*\.ts$/.test(path));

test('every key of the cluster file that advice names is marked, and the schema has it', () => {
  expect(sources.flatMap((path) => faultsOf(readRepositoryFile(path)).map((fault) => `${path}: ${fault}`))).toEqual([]);
});

test('a wrong key, and one that is not marked, are found', () => {
  const call = (key: string): string => `say: \`raise \${clusterKey('${key}')} of the stage\``;
  expect(faultsOf(call('silent'))).toEqual([]);
  expect(faultsOf(call('games.perItem'))).toEqual([]);
  expect(faultsOf(call('silentSecondsMax'))).toEqual(['no such key: silentSecondsMax']);
  expect(faultsOf("meaning: 'It ran longer than runSecondsMax.'")).toEqual(['not marked with clusterKey: runSecondsMax']);
  expect(faultsOf("hint: { say: 'raising `silent` of the stage' }")).toEqual(['not marked with clusterKey: silent']);
  expect(faultsOf("{ port, change: 'http.prt' }")).toEqual(['no such key: http.prt']);
});

const composer = 'src/domain/failure/sentence.ts';
/**
 * Says whether a source composes the sentence of a failure: it has a string that begins the sentence, or that puts a hint after a message. A fault of
 * the cluster file has its own form: "what; try …".
 */
const composes = (source: string): boolean =>
  /Cannot |; try /.test(source) && sourceStrings(source).some(({ text }) => /^Cannot (?!X ).* because /.test(text) || text.startsWith('{}; try '));

test('the sentence "Cannot … because …; try …" is composed in one place', () => {
  const others = sources.filter((path) => path !== composer && !path.startsWith('src/config/'));
  expect(others.filter((path) => composes(readRepositoryFile(path)))).toEqual([]);
  expect(composes(readRepositoryFile(composer))).toBe(true);
  expect(composes('throw new Error(`Cannot start ${name} because ${why}; try ${hint}`)')).toBe(true);
});
