import { readdirSync, realpathSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { purgedPaths } from '../../src/domain/cluster/state-paths.ts';
import { ledgerFiles } from '../../src/storage/ledger/ledger-files.ts';

/**
 * Removes what is ours from a state folder, and then each folder that is empty. Returns the paths that stay because Ringmaster did not make them. The
 * state folder itself goes only when none is left. A symbolic link to a file of ours is removed and not followed. A link to one of our
 * folders stays with the folder that it leads to, because a person made both.
 */
export function purgeState(state: string): readonly string[] {
  const paths = [...ledgerFiles, ...purgedPaths];
  removePaths(state, paths);
  const parents = new Set(
    paths.map((path) => path.split('/')).flatMap((parts) => parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'))),
  );
  for (const parent of [...parents, 'nodes'].toSorted((a, b) => b.length - a.length)) removeEmpty(join(state, parent));
  removeEmpty(realPath(state));
  return filesLeft(state);
}

/** Removes files and folders of ours from a state folder. A `*` in a path stands for any part of a name. */
export function removePaths(state: string, paths: readonly string[]): void {
  for (const path of pathsFound(state, paths)) rmSync(path, { recursive: true, force: true });
}

/** Returns the absolute paths. A path without a `*` is returned also when nothing is there. */
export const pathsFound = (folder: string, paths: readonly string[]): readonly string[] =>
  paths.flatMap((path) => matches(folder, path.split('/')).map((found) => join(folder, found)));

/** Returns the paths below the folder that match. A part of the path may have `*`. */
function matches(folder: string, [first = '', ...rest]: readonly string[], below = ''): readonly string[] {
  const names = first.includes('*') ? namesIn(join(folder, below)).filter((name) => patternOf(first).test(name)) : [first];
  return names.flatMap((name) => (rest.length === 0 ? [join(below, name)] : matches(folder, rest, join(below, name))));
}

const patternOf = (text: string): RegExp => new RegExp(`^${text.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function realPath(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // It is not empty, or not there.
  }
}

/** Returns the files and folders that are left, without the folders that only hold others of them. */
function filesLeft(state: string, below = ''): readonly string[] {
  const known = new Set(purgedPaths.map((path) => dirname(path)));
  return namesIn(join(state, below)).flatMap((name) => {
    const path = join(below, name);
    const inside = known.has(path) ? filesLeft(state, path) : [];
    return inside.length > 0 ? inside : [path];
  });
}
