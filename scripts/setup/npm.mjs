/** Runs npm. Settings that a person has for their own projects, such as `ignore-scripts` or `omit=dev`, must not break the set-up. */
import { accessSync, constants, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { keepOutput } from './keep-output.mjs';
import { npmFailure } from './npm-failure.mjs';
import { run } from './run.mjs';
import { SetupError } from './setup-error.mjs';

const configMaxMs = 60_000;

/** Returns the npm that started this script, or the npm on PATH. */
const npm = (env) => (basename(env.npm_execpath ?? '') === 'npm-cli.js' ? [process.execPath, env.npm_execpath] : ['npm']);

/** Runs npm and returns its output. When npm fails, throws one sentence that begins with `cannot`, and leaves npm's output in a file. */
export async function runNpm(args, { cannot, root, env }) {
  const { code, output } = await tryNpm(args, { root, env });
  if (code === 0) return output;
  const log = keepOutput(root, 'setup-npm.log', output);
  throw new SetupError(`Cannot ${cannot} because ${npmFailure(output, { root, registry: await setting('registry', root, env), log })}`);
}

/** Runs npm and returns its exit code and its output. */
export async function tryNpm(args, { root, env, cwd = root }) {
  const [program, ...before] = npm(env);
  return run(program, [...before, ...args], { cwd, env: await npmEnvironment(root, env) });
}

/** Returns the environment with a cache for npm that can be written to. */
export async function npmEnvironment(root, env) {
  const cache = await writableCache(root, env);
  return cache === undefined ? env : { ...env, npm_config_cache: cache };
}

/** Returns a folder for npm's cache when npm's own cannot be written to, as in a home that is read-only. Returns undefined when npm's own is good. */
async function writableCache(root, env) {
  const own = await setting('cache', root, env);
  try {
    if (own === undefined) return undefined;
    mkdirSync(own, { recursive: true });
    accessSync(own, constants.W_OK);
    return undefined;
  } catch {
    return join(root, 'dist', 'npm-cache');
  }
}

const known = new Map();

/** Returns a setting of npm. npm needs 0.2 s to say it, so each setting is asked for once. */
export async function setting(name, root, env) {
  if (known.has(name)) return known.get(name);
  const [program, ...before] = npm(env);
  const { code, output } = await run(program, [...before, 'config', 'get', name], { cwd: root, env, timeoutMs: configMaxMs });
  known.set(name, code === 0 && output !== '' ? output.split('\n').at(-1) : undefined);
  return known.get(name);
}
