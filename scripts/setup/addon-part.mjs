/**
 * Makes sure that this Node can load the native addons of the packages. The stamp says for which Node and which files that was seen, so usually nothing
 * is loaded.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { addonNames, addonStamp } from './addon-fault.mjs';
import { makeAddon } from './make-addon.mjs';
import { readJson } from './read-json.mjs';
import { replaceFile } from './replace-file.mjs';
import { SetupError } from './setup-error.mjs';
import { sqliteFiles } from './sqlite-files.mjs';

const loadMaxMs = 60_000;

export const addonPart = {
  needed: ({ root }) => {
    if (isDeepStrictEqual(readJson(addonStamp(root)), present(root))) return false;
    if (faultIn(root, addonNames) !== undefined) return true;
    replaceFile(addonStamp(root), JSON.stringify(present(root)));
    return false;
  },
  get: async ({ root, env }) => {
    const [sqlite] = addonNames;
    const fault = faultIn(root, [sqlite]);
    if (fault?.cure === 'unset NODE_OPTIONS') throw refusal(fault, fault.cure);
    if (fault !== undefined) await makeAddon({ root, env, fault, faultNow: () => faultIn(root, [sqlite]) });
    const left = faultIn(root, addonNames);
    if (left !== undefined) throw refusal(left, 'rm -rf node_modules && npm start');
    replaceFile(addonStamp(root), JSON.stringify(present(root)));
  },
};

const refusal = ({ because }, cure) => new SetupError(`Cannot use the npm packages because ${because}; try: ${cure}`);

/** Loads addons in a child process, because a wrong addon can end its process with a signal. */
function faultIn(root, names) {
  try {
    const words = [join(root, 'scripts', 'setup', 'addon-fault.mjs'), root, ...names];
    const found = JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8', timeout: loadMaxMs, stdio: ['ignore', 'pipe', 'ignore'] }));
    return found.addon === undefined ? undefined : found;
  } catch (error) {
    return { because: `loading ${names.join(' and ')} ended Node ${process.versions.node} (${error.signal ?? error.message.split('\n')[0]})` };
  }
}

/** Returns what decides whether the addons load: the interface of this Node, the kind of machine, and the size and time of each file. */
function present(root) {
  const bridges = join(root, 'node_modules', '@temporalio', 'core-bridge', 'releases');
  const files = [...sqliteFiles(root), ...foldersOf(bridges).map((name) => join(bridges, name, 'index.node'))].flatMap((path) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat === undefined ? [] : [`${path.slice(root.length + 1)} ${stat.size} ${stat.mtimeMs}`];
  });
  return { interface: process.versions.modules, platform: process.platform, arch: process.arch, files };
}

function foldersOf(path) {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
