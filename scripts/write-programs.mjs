/**
 * Writes `src/transport/script/programs.generated.ts`, a module with the text of every shell file beside it. `--check` only compares, and fails on a
 * difference. The module is committed, like the rooms' tsconfigs, for three reasons. Tests run the sources without a build, the packed node worker
 * holds compiled modules only, and a reviewer sees the text that nodes get. Comment lines and blank lines are left out, so that they are not sent
 * with each start.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { filesUnder } from './setup/build-stamp.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = 'src/transport/script';
const target = join(root, folder, 'programs.generated.ts');

/** Paths of the shell files below the root. */
export const shellFiles = () => filesUnder(root, folder).filter((path) => path.endsWith('.sh'));

/** Blank lines and lines that begin with `#` can be removed. In these files such a line is never part of a quoted string, except a comment in awk. */
export const strip = (text) =>
  text
    .split('\n')
    .filter((line) => !/^\s*(#.*)?$/.test(line))
    .map((line) => `${line}\n`)
    .join('');

function moduleText() {
  const entries = shellFiles().map((path) => {
    const literal = strip(readFileSync(join(root, path), 'utf8')).replaceAll(/[\\`]|\$\{/g, (found) => `\\${found}`);
    return `  '${path.slice(folder.length + 1, -'.sh'.length)}': \`${literal}\`,\n`;
  });
  return `/* Written by scripts/write-programs.mjs from the shell files beside it: edit those. */
export const shellFiles = {
${entries.join('')}} as const;

export type ShellFile = keyof typeof shellFiles;
`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  if (!process.argv.includes('--check')) writeFileSync(target, moduleText());
  else if (readFileSync(target, 'utf8') !== moduleText()) {
    console.error(`${target} differs from the shell files beside it; run: node scripts/write-programs.mjs`);
    process.exit(1);
  }
}
