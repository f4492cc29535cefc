/**
 * Installs the npm packages. The stamp is a digest of package-lock.json and of everything that compiled addons depend on (Node's ABI, platform). The
 * stamp lies in node_modules, which `npm ci` removes first, so an interrupted run leaves no stamp. Packages that a person installed by hand are
 * accepted when npm's record of the installation agrees with the lock file.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { readJson } from './read-json.mjs';
import { run } from './run.mjs';
import { SetupError } from './setup-error.mjs';
import { withProgressLine } from './with-progress-line.mjs';

const stampPath = (root) => join(root, 'node_modules', '.ringmaster-stamp');

export const packagesPart = {
  needed: ({ root }) => {
    const digest = digestOf(root);
    if (readText(stampPath(root)) === digest) return false;
    if (!installedAgrees(root)) return true;
    writeFileSync(stampPath(root), digest);
    return false;
  },
  get: ({ root, env }) =>
    withProgressLine('npm packages', async () => {
      const [program, ...args] = npm(env);
      const { code, output } = await run(program, [...args, 'ci', '--no-audit', '--no-fund'], { cwd: root, env });
      if (code !== 0) throw new SetupError(`Cannot install the npm packages because \`npm ci\` failed:\n${output}`);
      writeFileSync(stampPath(root), digestOf(root));
    }),
};

function digestOf(root) {
  const runtime = `${process.versions.modules} ${process.platform} ${process.arch}`;
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(runtime)
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
  const same = Object.entries(locked).every(([path, entry]) => {
    if (path === '' || entry.link) return true;
    const found = installed[path];
    return found ? found.version === entry.version && found.integrity === entry.integrity : entry.optional === true;
  });
  return same && addonLoads(root, locked);
}

/** True when better-sqlite3 loads. The addon is compiled for one version of Node, and the installation may come from another version. */
function addonLoads(root, locked) {
  if (!locked['node_modules/better-sqlite3']) return true;
  try {
    const Database = createRequire(join(root, 'package.json'))('better-sqlite3');
    new Database(':memory:').close();
    return true;
  } catch {
    return false;
  }
}

/** Returns the npm that started this script, or the npm on PATH. */
const npm = (env) => (basename(env.npm_execpath ?? '') === 'npm-cli.js' ? [process.execPath, env.npm_execpath] : ['npm']);
