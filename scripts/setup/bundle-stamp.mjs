/**
 * Decides whether the bundles were made from the compiled files of today. A bundle that was not made from them is never run: `bin/ringmaster` then runs the compiled
 * files themselves. The stamp has the size and the time of every record of tsc, because tsc writes the record of a room when it compiles a file of the room. It also has those of
 * the files that decide how the bundles are made.
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of the bundled programs. Its folders have the names of those of `dist`. */
export const bundleFolder = 'dist/bundle';
export const bundleStampPath = (root) => join(root, bundleFolder, 'stamp.json');

export function isBundleFresh(root) {
  try {
    return Object.entries(readBundleStamp(root).inputs).every(([path, mark]) => markOf(root, path) === mark);
  } catch {
    return false;
  }
}

export const readBundleStamp = (root) => JSON.parse(readFileSync(bundleStampPath(root), 'utf8'));

export const marksOf = (root, paths) => Object.fromEntries(paths.map((path) => [path, markOf(root, path)]));

function markOf(root, path) {
  const { size, mtimeMs } = statSync(join(root, path));
  return `${size} ${mtimeMs}`;
}
