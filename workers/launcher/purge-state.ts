import { lstatSync, readdirSync, realpathSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { nameForms, purgedPaths } from '../../src/domain/cluster/state-paths.ts';
import { ledgerFiles } from '../../src/storage/ledger/ledger-files.ts';

/**
 * Removes what is ours from a state folder, and then each folder that is empty. Returns the paths that stay because Ringmaster did not make them. The
 * state folder itself goes only when none is left. A symbolic link to a file of ours is removed and not followed. A link to one of our
 * folders stays with the folder that it leads to, because a person made both.
 */
export function purgeState(state: string): readonly string[] {
  const paths = [...ledgerFiles, ...purgedPaths];
  removePaths(state, paths);
  const folders = foldersOf(paths);
  for (const folder of pathsFound(state, [...folders, 'nodes']).toSorted((a, b) => b.length - a.length)) removeEmpty(folder);
  removeEmpty(realPath(state));
  return filesLeft(state, folders.map(patternOf));
}

/** Returns the folders of ours that hold the paths. */
const foldersOf = (paths: readonly string[]): readonly string[] => [
  ...new Set(paths.map((path) => path.split('/')).flatMap((parts) => parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/')))),
];

/** Removes files and folders of ours from a state folder. A name in a path may have the forms of `nameForms`. */
export function removePaths(state: string, paths: readonly string[]): void {
  for (const path of pathsFound(state, paths)) rmSync(path, { recursive: true, force: true });
}

/** Returns the absolute paths. A path without a form is returned also when nothing is there. */
export const pathsFound = (folder: string, paths: readonly string[]): readonly string[] =>
  paths.flatMap((path) => matches(folder, path.split('/')).map((found) => join(folder, found)));

/** Returns the paths below the folder that match. A folder that matches a form is no symbolic link, so that no path leads out of the folder. */
function matches(folder: string, [first = '', ...rest]: readonly string[], below = ''): readonly string[] {
  if (!formIn.test(first)) return rest.length === 0 ? [join(below, first)] : matches(folder, rest, join(below, first));
  const pattern = patternOf(first);
  const found = namesIn(join(folder, below))
    .filter((name) => pattern.test(name))
    .map((name) => join(below, name));
  if (rest.length === 0) return found;
  return found.filter((path) => lstatSync(join(folder, path)).isDirectory()).flatMap((path) => matches(folder, rest, path));
}

const formIn = /<\w+>|\*/;

/** Returns the pattern of a path. No form includes a slash. */
const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(new RegExp(formIn, 'g'), (form) => nameForms[form] ?? form)}$`);

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

/** Returns the files and folders that are left, without the folders of ours that only hold others of them. A symbolic link is returned itself. */
function filesLeft(state: string, ours: readonly RegExp[], below = ''): readonly string[] {
  return namesIn(join(state, below)).flatMap((name) => {
    const path = join(below, name);
    const isOurs = ours.some((pattern) => pattern.test(path)) && lstatSync(join(state, path)).isDirectory();
    const inside = isOurs ? filesLeft(state, ours, path) : [];
    return inside.length > 0 ? inside : [path];
  });
}
