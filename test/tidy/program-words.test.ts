/**
 * Tests that the words of other programs stand in one table, `src/domain/failure/program-words.ts`. A pattern, or a text that is looked for in another text,
 * counts as such words when it has two words in a row, or a word with a capital letter.
 */
import { parseAst } from 'rolldown/parseAst';
import { expect, test } from 'vitest';
import { readRepositoryFile, repositoryFiles } from '../support/repository.ts';

const table = 'src/domain/failure/program-words.ts';
/** Patterns that are no words of a program: a format of files, and the words of a person. */
const others = new Set([String.raw`-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]*?)-----END`, '^half an? ']);
const lookups = new Set(['includes', 'startsWith', 'endsWith', 'indexOf', 'lastIndexOf', 'match', 'search']);

interface Node {
  readonly type: string;
  readonly value?: unknown;
  readonly regex?: { readonly pattern: string };
  readonly callee?: { readonly property?: { readonly name?: string } };
  readonly arguments?: readonly Node[];
}
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value;

/** Leaves out of a pattern whatever is no literal text. */
const literalIn = (pattern: string): string => pattern.replaceAll(/\(\?<\w+>|\(\?[:=!<]+|\\p\{\w+\}|\\[a-zA-Z]|\[[^\]]*\]/g, ' \0 ');
const hasWords = (text: string): boolean => /[A-Za-z']{2,} [A-Za-z']{2,}|\b[A-Z][a-z]{3,}/.test(text);

/** Returns the patterns and the texts of a source that have words. */
function wordsIn(source: string): readonly string[] {
  const found: string[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(visit);
    if (!isNode(value)) return;
    if (value.regex !== undefined && hasWords(literalIn(value.regex.pattern))) found.push(value.regex.pattern);
    if (value.type === 'CallExpression' && lookups.has(value.callee?.property?.name ?? ''))
      for (const word of value.arguments ?? []) if (typeof word.value === 'string' && hasWords(word.value)) found.push(word.value);
    Object.values(value).forEach(visit);
  };
  visit(parseAst(source, { lang: 'ts' }));
  return found.filter((pattern) => !others.has(pattern));
}

const sources = repositoryFiles().filter((path) => /^(src|workflows|activities|workers)\/.*\.ts$/.test(path) && path !== table);

test('the words of other programs stand in one table', () => {
  expect(sources.flatMap((path) => wordsIn(readRepositoryFile(path)).map((words) => `${path}: ${words}`))).toEqual([]);
  expect(wordsIn(readRepositoryFile(table)).length).toBeGreaterThan(30);
});

test('a pattern and a text with words are found', () => {
  expect(wordsIn('/No space left/i.test(stderr)')).toEqual(['No space left']);
  expect(wordsIn(String.raw`/^(?<host>\S+): Killed$/.exec(text)`)).toEqual([String.raw`^(?<host>\S+): Killed$`]);
  expect(wordsIn("stderr.includes('not found')")).toEqual(['not found']);
  expect(wordsIn(String.raw`/^(runs|started) (\d+)$/.exec(text); text.startsWith('node/'); name.includes('..')`)).toEqual([]);
});
