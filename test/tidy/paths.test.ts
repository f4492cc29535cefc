/**
 * Tests that each file or folder named in a document or in a comment exists. In a path with `<…>` or `*`, only the part before the placeholder is
 * checked.
 */
import { basename, dirname } from 'node:path';
import { expect, test } from 'vitest';
import { readRepositoryFile, repositoryFiles } from '../support/repository.ts';

const files = repositoryFiles();
const places = new Set(files);
for (const file of files) for (let folder = dirname(file); folder !== '.'; folder = dirname(folder)) places.add(folder);
const names = new Set(files.flatMap((file) => [basename(file), ...file.split('/').map((_, at, parts) => parts.slice(at).join('/'))]));

/** Matches a path that starts with one of the top folders of the repository. */
const rooted = /(?<![\w./<>@-])((?:src|workflows|activities|workers|examples|test|docs|scripts|bench|bin)\/[\w<>*-][\w.<>*/-]*)/g;
/** Matches a file name in backquotes, with or without its folder. */
const quoted = /`([\w/-]+\.(?:ts|mjs|sh))`/g;
/** Matches a link in a document. The address is relative to the document. */
const linked = /\]\(([\w./-]+)\)/g;

const isComment = (line: string): boolean => /^\s*(\/\/|\/?\*|#)/.test(line);
const upToPlaceholder = (path: string): string => (path.split(/[<*]/)[0] ?? '').replace(/[./]+$/, '');

function missing(file: string): readonly string[] {
  const lines = readRepositoryFile(file).split('\n');
  return lines.flatMap((line, index) => {
    if (!file.endsWith('.md') && !isComment(line)) return [];
    const named = [...line.matchAll(rooted)].flatMap(([, path = '']) => (places.has(upToPlaceholder(path)) ? [] : [path]));
    const bare = [...line.matchAll(quoted)].flatMap(([, path = '']) => (names.has(path) ? [] : [path]));
    const links = file.endsWith('.md') ? [...line.matchAll(linked)].map(([, path = '']) => new URL(path, `file:///${file}`).pathname.slice(1)) : [];
    return [...named, ...bare, ...links.filter((path) => !places.has(path.replace(/\/$/, '')))].map((path) => `${file}:${index + 1}: ${path}`);
  });
}

test('every path in a document or a comment exists', () => {
  const checked = files.filter((file) => /\.(ts|mjs|sh|md|yaml)$/.test(file) && !file.startsWith('test/tidy/'));
  expect(checked.flatMap(missing)).toEqual([]);
});
