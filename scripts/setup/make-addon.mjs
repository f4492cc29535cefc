/**
 * Makes the addon of better-sqlite3 for this Node: fetches the prebuilt one, or compiles it. Both happen in a copy of the package in a temporary folder.
 * A compiler there meets no space in a path, and a cluster that runs with another Node keeps its addon.
 */
import { accessSync, constants, copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onExit } from './cleanup.mjs';
import { compileAddon } from './compile-addon.mjs';
import { npmEnvironment } from './npm.mjs';
import { run } from './run.mjs';
import { SetupError } from './setup-error.mjs';
import { shellWord } from './shell-word.mjs';
import { fileFor, releaseFile, sqliteFolder } from './sqlite-files.mjs';
import { withProgressLine } from './with-progress-line.mjs';

/** The prebuilt addon has 2 MB. A network that drops packets instead of refusing them costs this long. */
const prebuiltMaxMs = 60_000;

/** `fault` says why the present addon does not load, and `faultNow` looks again. */
export async function makeAddon({ root, env, fault, faultNow }) {
  setAside(root, fault);
  const temporary = mkdtempSync(join(plainFolder(), 'ringmaster-addon-'));
  const remove = onExit.add(() => rmSync(temporary, { recursive: true, force: true }));
  try {
    const folder = join(temporary, 'better-sqlite3');
    const left = ['build', 'node_modules', join('lib', 'binding')].map((path) => join(sqliteFolder(root), path));
    cpSync(sqliteFolder(root), folder, { recursive: true, filter: (path) => !left.includes(path) });
    if (await fetchPrebuilt({ root, env, folder, faultNow })) return;
    await compileAddon({ root, env, folder });
    publish(root, folder);
  } finally {
    remove();
  }
}

/** Moves the addon that npm's install script made to the place of its own interface, because `bindings` would always try it first. */
function setAside(root, { builtFor }) {
  const release = join(sqliteFolder(root), releaseFile);
  if (builtFor !== undefined && existsSync(release) && !existsSync(fileFor(root, builtFor))) {
    mkdirSync(dirname(fileFor(root, builtFor)), { recursive: true });
    renameSync(release, fileFor(root, builtFor));
  }
  rmSync(join(sqliteFolder(root), 'build'), { recursive: true, force: true });
  rmSync(fileFor(root), { force: true });
}

/** Returns whether the prebuilt addon is in its place and loads. An addon for a newer C library arrives and does not load. */
async function fetchPrebuilt({ root, env, folder, faultNow }) {
  let isGood = false;
  await withProgressLine('better-sqlite3, prebuilt', async () => {
    const script = join(root, 'node_modules', 'prebuild-install', 'bin.js');
    const { code, output } = await run(process.execPath, [script], { cwd: folder, env: await npmEnvironment(root, env), timeoutMs: prebuiltMaxMs });
    if (code !== 0) return `not to be had (${lastLine(output)}); it will be compiled`;
    publish(root, folder);
    const fault = faultNow();
    isGood = fault === undefined;
    if (isGood) return undefined;
    rmSync(fileFor(root), { force: true });
    rmSync(join(folder, 'build'), { recursive: true, force: true });
    return `does not fit (${fault.because}); it will be compiled`;
  });
  return isGood;
}

function publish(root, folder) {
  const target = fileFor(root);
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(join(folder, releaseFile), `${target}.${process.pid}`);
  renameSync(`${target}.${process.pid}`, target);
}

/** Returns a folder for temporary files whose path is one word for a shell, because make cannot build in any other. */
function plainFolder() {
  const found = [tmpdir(), '/tmp', '/var/tmp'].find((path) => shellWord(path) === path && isWritable(path));
  if (found !== undefined) return found;
  throw new SetupError(
    `Cannot make the addon of better-sqlite3 because no temporary folder can be written to (${tmpdir()}, /tmp); try: TMPDIR=/a/folder npm start`,
  );
}

function isWritable(path) {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

const lastLine = (output) =>
  (output.split('\n').at(-1) ?? '').replace(/^prebuild-install warn install /, '').slice(0, 200) || 'it ended without a message';
