/**
 * Fetched programs are kept in the user's cache folder, where each pin has its own folder. When that folder cannot be written to, as in a home that is
 * read-only, they are kept in dist.
 */
import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isExecutable } from './find-program.mjs';
import { homeFolder } from './home-folder.mjs';
import { readJson } from './read-json.mjs';

const inDist = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'dist', 'cache');

/** Returns every folder in which a fetched program may lie, the preferred one first. */
function cacheFolders(env) {
  const home = homeFolder(env);
  const own = env.XDG_CACHE_HOME || (home && join(home, '.cache'));
  return [...(own ? [join(own, 'ringmaster')] : []), inDist];
}

/** Returns the first cache folder that can be written to, and makes it. */
export function writableCacheFolder(env) {
  const found = cacheFolders(env).find((folder) => {
    try {
      mkdirSync(folder, { recursive: true });
      accessSync(folder, constants.W_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (found === undefined) mkdirSync(inDist, { recursive: true }); // This throws the reason.
  return found ?? inDist;
}

/** Returns the path of a cached program. Accepts only a complete copy, which has its record and the right size. */
export function cached(pin, env) {
  for (const cache of cacheFolders(env)) {
    const path = join(cache, pin.folder, pin.executable);
    const record = readJson(join(cache, pin.folder, 'complete.json'));
    if (record && isExecutable(path) && statSync(path).size === record.size) return path;
  }
  return undefined;
}
