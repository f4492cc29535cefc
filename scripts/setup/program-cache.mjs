/** Fetched programs are kept in the user's cache folder, where each pin has its own folder. */
import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isExecutable } from './find-program.mjs';
import { readJson } from './read-json.mjs';

export const cacheFolder = (env) => join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'ringmaster');

/** Returns the path of a cached program. Accepts only a complete copy, which has its record and the right size. */
export function cached(pin, env) {
  const folder = join(cacheFolder(env), pin.folder);
  const path = join(folder, pin.executable);
  const record = readJson(join(folder, 'complete.json'));
  return record && isExecutable(path) && statSync(path).size === record.size ? path : undefined;
}
