/**
 * Installs the npm packages, without their install scripts. The only script that matters is the one of better-sqlite3, and `addon-part.mjs` does its
 * work: it can say what is missing. The stamp is a digest of package-lock.json and of the kind of machine. The stamp lies in node_modules, which
 * `npm ci` removes first, so an interrupted run leaves no stamp. Packages that a person installed by hand are accepted when npm's record of the
 * installation agrees with the lock file.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runNpm } from './npm.mjs';
import { readJson } from './read-json.mjs';
import { replaceFile } from './replace-file.mjs';
import { withProgressLine } from './with-progress-line.mjs';

const stampPath = (root) => join(root, 'node_modules', '.ringmaster-packages');

/** These flags override what the environment and a person's .npmrc say: the build needs the development packages and the optional ones. */
const flags = ['--include=dev', '--include=optional', '--ignore-scripts', '--location=project', '--no-dry-run', '--no-audit', '--no-fund'];

export const packagesPart = {
  needed: ({ root }) => {
    const digest = digestOf(root);
    if (readText(stampPath(root)) === digest) return false;
    if (!installedAgrees(root)) return true;
    replaceFile(stampPath(root), digest);
    return false;
  },
  get: async ({ root, env }) => {
    await withProgressLine('npm packages', async () => void (await runNpm(['ci', ...flags], { cannot: 'install the npm packages', root, env })));
    replaceFile(stampPath(root), digestOf(root));
  },
};

function digestOf(root) {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(`${process.platform} ${process.arch}`)
    .digest('hex');
}

function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * True when every package of the lock file is installed. npm writes node_modules/.package-lock.json last, so the file exists only after a complete
 * installation. The lock file also lists packages for other platforms, which are not installed.
 */
function installedAgrees(root) {
  const installed = readJson(join(root, 'node_modules', '.package-lock.json'))?.packages;
  const locked = readJson(join(root, 'package-lock.json'))?.packages;
  if (!installed || !locked) return false;
  return Object.entries(locked).every(([path, entry]) => {
    if (path === '' || entry.link) return true;
    const found = installed[path];
    return found ? found.version === entry.version && found.integrity === entry.integrity : entry.optional === true;
  });
}
