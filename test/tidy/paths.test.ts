/** Every file and folder that a document or a comment names exists. A path with `<…>` or `*` is checked up to that part. */
import { basename, dirname } from 'node:path';
import { expect, test } from 'vitest';
import { readRepositoryFile, repositoryFiles } from '../support/repository.ts';

const files = repositoryFiles();
const places = new Set(files);
for (const file of files) for (let folder = dirname(file); folder !== '.'; folder = dirname(folder)) places.add(folder);
const names = new Set(files.flatMap((file) => [basename(file), ...file.split('/').map((_, at, parts) => parts.slice(at).join('/'))]));

/** A path from the root of the repository, with its first folder. */
const rooted = /(?<![\w./<>@-])((?:src|workflows|activities|workers|examples|test|docs|scripts|bench|bin)\/[\w<>*-][\w.<>*/-]*)/g;
/** A file name in backquotes. It may leave out the folder. */
const quoted = /`([\w/-]+\.(?:ts|mjs|sh))`/g;
/** A link of a document to a file beside it. */
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
