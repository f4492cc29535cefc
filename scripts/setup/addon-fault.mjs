/**
 * Loads the native addons of the packages and says why one of them does not load. The set-up runs this file in a child process, because a wrong addon
 * can end its process. `bin/ringmaster` calls `addonFault` before it starts what needs the addons.
 *
 * ssh2's own addon and cpu-features are not loaded here: ssh2 works without them, and the set-up does not build them.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { shellWord } from './shell-word.mjs';
import { sqliteFiles } from './sqlite-files.mjs';

/** The code of our own error about an addon that loads and is not safe. */
const unsafe = 'UNSAFE_ADDON';

const addons = {
  'better-sqlite3': (require, root) => {
    if (endsItsProcess(root)) throw Object.assign(new Error(), { code: unsafe });
    new (require('better-sqlite3'))(':memory:').close();
  },
  '@temporalio/core-bridge': (require) => require('@temporalio/core-bridge').native,
};
export const addonNames = Object.keys(addons);

/**
 * The major version of Node for each version of its binary interface. The numbers are in Node's own list, doc/abi_version_registry.json. A missing
 * number only makes the sentence less clear.
 */
const nodeOfInterface = { 108: 18, 111: 19, 115: 20, 120: 21, 127: 22, 131: 23, 137: 24, 141: 25, 147: 26 };

/**
 * True when the addon of better-sqlite3 loads and works, and later ends its process with SIGABRT. An addon does so in Node 24, and in Node 26 before 26.4,
 * when it was compiled with the headers of Node 24.19, of 26.4 or of a newer one: those call this function in the wrong moment.
 */
function endsItsProcess(root) {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 24 || major > 26 || (major === 26 && minor >= 4)) return false;
  const file = sqliteFiles(root).find((path) => existsSync(path));
  return file !== undefined && readFileSync(file).includes('RemoveEnvironmentCleanupHook');
}

/** The set-up keeps here for which Node and which files it saw the addons load. */
export const addonStamp = (root) => join(root, 'node_modules', '.ringmaster-addons');

/**
 * Returns {addon, because, cure, builtFor} for the first addon that does not load, or undefined when all load. Then the stamp is wrong, so it is
 * removed, and the next set-up looks again.
 */
export function addonFault(root, names = addonNames) {
  const require = createRequire(resolve(root, 'package.json'));
  for (const addon of names) {
    try {
      addons[addon](require, root);
    } catch (error) {
      removeStamp(root);
      return { addon, because: reasonOf(addon, error), cure: cureFor(root, error), builtFor: interfaceIn(error) };
    }
  }
  return undefined;
}

function removeStamp(root) {
  try {
    rmSync(addonStamp(root), { force: true });
  } catch {
    // The folder cannot be written to, so the set-up would fail as well, and says so.
  }
}

function reasonOf(addon, error) {
  const here = `Node ${process.versions.node} for ${process.platform} ${process.arch}`;
  const message = String(error?.message ?? error);
  if (error?.code === 'ERR_DLOPEN_DISABLED') return `${addon} is a native addon, and the options of Node switch native addons off`;
  if (error?.code === unsafe) return `the native addon of ${addon} was compiled with headers that let it end its process (nodejs/node#65446)`;
  if (error?.code !== 'ERR_DLOPEN_FAILED') return `${addon} has no native addon for ${here} (${firstLine(message)})`;
  const built = interfaceIn(error);
  if (built !== undefined && built !== process.versions.modules) {
    const other = nodeOfInterface[built] === undefined ? 'another Node' : `Node ${nodeOfInterface[built]}`;
    return `the native addon of ${addon} was built for ${other} (interface ${built}) and this is Node ${process.versions.node} (interface ${process.versions.modules})`;
  }
  return `the native addon of ${addon} does not load in ${here} (${firstLine(message)})`;
}

/** Returns the interface that the addon was built for. Node names it first and its own second. */
const interfaceIn = (error) => /NODE_MODULE_VERSION (\d+)/.exec(String(error?.message))?.[1];

const cureFor = (root, error) =>
  error?.code === 'ERR_DLOPEN_DISABLED' ? 'unset NODE_OPTIONS' : [process.execPath, join(root, 'scripts', 'setup.mjs')].map(shellWord).join(' ');

const firstLine = (text) => text.split('\n')[0].slice(0, 300);

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.stdout.write(JSON.stringify(addonFault(process.argv[2] ?? '.', process.argv.slice(3)) ?? {}));
}
