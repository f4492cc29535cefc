/**
 * Finds Temporal's programs without fetching anything. Order for the CLI: TEMPORAL_CLI_PATH, then PATH (if its server is new enough), then our cache.
 * `temporal --version` runs only for new or changed files. `seen` maps the path of a file to what `temporal --version` last reported for the file,
 * with the file's size and time.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, isExecutable } from './find-program.mjs';
import { homeFolder } from './home-folder.mjs';
import { serverMin, temporalCliPin, testServerPin } from './pins.mjs';
import { cached } from './program-cache.mjs';
import { SetupError } from './setup-error.mjs';

/**
 * True when the user has a server of their own (TEMPORAL_ADDRESS, or an address in Temporal's profile file). `npm start` then needs no CLI. The tests
 * always start a server. The launcher decides which profile applies. For this function an address in any profile is enough.
 */
export function hasOwnServer(env) {
  if (env.TEMPORAL_ADDRESS) return true;
  const home = homeFolder(env) ?? '/';
  const settings = process.platform === 'darwin' ? join(home, 'Library', 'Application Support') : env.XDG_CONFIG_HOME || join(home, '.config');
  try {
    return /^\s*address\s*=/m.test(readFileSync(env.TEMPORAL_CONFIG_FILE || join(settings, 'temporalio', 'temporal.toml'), 'utf8'));
  } catch {
    return false;
  }
}

export function locateCli(env, seen = {}) {
  if (env.TEMPORAL_CLI_PATH) {
    const path = env.TEMPORAL_CLI_PATH;
    const refuse = (why) => new SetupError(`Cannot use TEMPORAL_CLI_PATH because ${path} ${why}; try another path or unset it.`);
    if (!isExecutable(path)) throw refuse('is not an executable file');
    const report = reported(path, seen);
    if (!report) throw refuse('is not the Temporal CLI (`--version` prints something else)');
    if (!newEnough(report)) throw refuse(`has server ${report.server}, older than ${serverMin.join('.')}`);
    return report;
  }
  const onPath = findProgram('temporal', env);
  const report = onPath && reported(onPath, seen);
  if (report && newEnough(report)) return report;
  const path = cached(temporalCliPin, env);
  return path && reported(path, seen);
}

export function locateTestServer(env) {
  const explicit = env.TEMPORAL_TEST_SERVER_PATH;
  if (explicit && !isExecutable(explicit)) {
    throw new SetupError(`Cannot use TEMPORAL_TEST_SERVER_PATH because ${explicit} is not an executable file; try another path or unset it.`);
  }
  return explicit || findProgram('temporal-test-server', env) || cached(testServerPin, env);
}

/** Returns what `temporal --version` reports: {path, version, server, file}, or undefined when `path` is not the CLI. */
function reported(path, seen) {
  const { size, mtimeMs } = statSync(path);
  const file = `${size} ${mtimeMs}`;
  if (seen[path]?.file === file) return seen[path];
  try {
    const text = execFileSync(path, ['--version'], { encoding: 'utf8', timeout: 10_000, stdio: ['ignore', 'pipe', 'ignore'] });
    const [, version, server] = /version v?(\S+) \(Server v?([\d.]+)/.exec(text) ?? [];
    return server === undefined ? undefined : { path, version, server, file };
  } catch {
    return undefined;
  }
}

function newEnough({ server }) {
  const [major, minor] = server.split('.').map(Number);
  return major > serverMin[0] || (major === serverMin[0] && minor >= serverMin[1]);
}
