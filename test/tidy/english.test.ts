/**
 * Flags phrases that a native reader has to read twice, in comments, strings and documents. The check is crude: it knows no grammar, only phrases
 * that have occurred in this repository. To flag another kind of phrase, add a row to `phrases`. To check another folder, add a row to
 * `cleanFolders`.
 */
import { expect, test } from 'vitest';
import { readRepositoryFile, repositoryFiles } from '../support/repository.ts';

/** Maps the name of each kind of phrase to the pattern that finds the phrases. The name also says what to write instead. */
const phrases: Readonly<Record<string, RegExp>> = {
  'a person for a process: name the component': /\bwhoever\b|\b(any|some|no|every)body\b/i,
  'a speech verb for a result: "returns"':
    /\banswers (the|a|an|what|whether|with|how|of|for|its|all|true|false|at|in|no|nothing|undefined)\b|^\s*answers\b|\. Answers\b/,
  'a speech verb for a call: "sets", "signals", "reports"': /\btold\b(?! apart)|\btells? (it|the|of|what|whether|how|them|us|its|all|so)\b/i,
  'a sense for a message: "received"': /\bheard\b|\bhears? of\b/i,
  'an inversion or an aphorism':
    /\bso (often|long)\b(?! as)|\bnone but\b|\bas good as\b|\bto the grave\b|\bhas its say\b|, were (it|the|they|a|there)\b/i,
  'a pronoun for a noun: repeat the noun': /\bthat one\b(?! (of|has|is|item|node|job))|\bthe like\b|\b(of|in|from|by|to|on) which it\b|\band such\b/i,
  'a dated phrase': /\banew\b|\bthereof\b|\bhitherto\b|\bin the place of\b|\bstands? in (its|the) place\b|\bof no account\b/i,
  'a clause without a noun: begin with the subject':
    /(^|[.:;] )What (is|are|was|were|has|have|had|may|must|can|cannot|could|would|will|does|did|comes?|came|goes|went|ends?|ran|runs?|makes?|takes?|keeps?|needs?|becomes?|happens|remains?|nobody|a|an|the|it|its|our|we|they|this)\b(?!.*\?)/,
};

/** The folders and files that are checked for these phrases. */
const cleanFolders: readonly string[] = [
  '.ci/',
  'ARCHITECTURE.md',
  'CHANGELOG.md',
  'README.md',
  'activities/',
  'bench/',
  'bin/ringmaster',
  'docs/',
  'examples/',
  'oxlint.config.mjs',
  'scripts/',
  'src/base/',
  'src/cli/',
  'src/contract/',
  'src/config/',
  'src/domain/',
  'src/http/',
  'src/practice/',
  'src/process/',
  'src/service/',
  'src/storage/',
  'src/system/',
  'src/telemetry/',
  'src/transport/',
  'test/cli/',
  'test/config/',
  'test/example/',
  'test/http/',
  'test/launcher/',
  'test/model/',
  'test/payload/',
  'test/process/',
  'test/replay/',
  'test/service/',
  'test/setup/',
  'test/storage/',
  'test/story/',
  'test/support/',
  'test/system/',
  'test/tidy/',
  'test/transport/',
  'test/unit/',
  'test/workers/',
  'test/workflow/',
  'vitest.config.ts',
  'workers/',
  'workflows/',
];

const isText = (path: string): boolean => /\.(ts|mjs|sh|md|yaml)$/.test(path) || path === '.ci/run' || path === 'bin/ringmaster';

/** Returns the prose in a line. In a document the whole line is prose. In a source only comments and string literals are prose. */
function proseOf(path: string, line: string): readonly string[] {
  if (path.endsWith('.md')) return [line];
  const comment = /^\s*(?:\/\*\*?|\*|\/\/|#)\s?(.*?)(?:\*\/)?$/.exec(line)?.[1];
  if (comment !== undefined) return [comment];
  const strings = [...line.matchAll(/(['"`])((?:\\.|(?!\1).)*)\1/g)].flatMap((match) => match[2] ?? []);
  const trailing = /[;,{)\]}] \/\/ (.*)$/.exec(line)?.[1];
  return [...strings.filter((text) => text.includes(' ')), ...(trailing === undefined ? [] : [trailing])];
}

function findings(path: string): readonly string[] {
  return readRepositoryFile(path)
    .split('\n')
    .flatMap((line, index) =>
      proseOf(path, line).flatMap((prose) =>
        Object.entries(phrases).flatMap(([kind, pattern]) =>
          pattern.test(prose) ? [`${path}:${index + 1}: ${kind}: ${prose.trim().slice(0, 140)}`] : [],
        ),
      ),
    );
}

const files = repositoryFiles().filter(isText);

test.each(cleanFolders)('%s is in plain English', (folder) => {
  const inside = files.filter((path) => path === folder || path.startsWith(folder));
  expect(inside, 'the row names a folder with files').not.toEqual([]);
  expect(inside.flatMap(findings)).toEqual([]);
});

const flagged = (path: string, line: string): number =>
  proseOf(path, line).filter((prose) => Object.values(phrases).some((pattern) => pattern.test(prose))).length;

test('phrases are found in comments, strings and documents, and not in code', () => {
  const word = ['who', 'ever'].join('');
  expect(
    [`/** It is for ${word} asks. */`, `  // for ${word}`, `  fail('for ${word} asks');`, `  act(); // for ${word}`].map((line) =>
      flagged('a.ts', line),
    ),
  ).toEqual([1, 1, 1, 1]);
  expect(flagged('a.md', `It is for ${word} asks.`)).toBe(1);
  expect(flagged('a.ts', `  const ${word} = 1;`)).toBe(0);
});
