import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';

/** What `workers/node/main.ts` imports besides our own code. */
const roots = ['@temporalio/worker', '@temporalio/activity', '@temporalio/common', 'ssh2'];
/** Of the SDK's native cores only those that run on Linux with glibc. */
const skipped = /core-bridge\/(releases\/(?!.*linux-gnu)|sdk-core|bridge-macros|src)|\/(docs|test|tests|src)\/|\.(md|map|ts|cts|mts)$/;
const ours = ['package.json', 'dist/workers', 'dist/activities', 'dist/src'];

/**
 * A folder with our built code and the packages a node's worker needs, to be pushed as a tree. Made once for each version and kept.
 * Only what is reachable by `dependencies` from the roots goes along.
 */
export async function packWorker(packageRoot: string, folder: string): Promise<string> {
  if (existsSync(folder)) return folder;
  const next = `${folder}.next`;
  await rm(next, { recursive: true, force: true });
  await mkdir(next, { recursive: true });
  for (const path of ours) await copy(join(packageRoot, path), join(next, path));
  for (const path of await closure(packageRoot)) await copy(path, join(next, relative(packageRoot, path)));
  await rename(next, folder);
  return folder;
}

const copy = (from: string, to: string): Promise<void> => cp(from, to, { recursive: true, filter: (path) => !skipped.test(path.slice(from.length)) && !path.slice(from.length).includes('/node_modules') });

/** Folders of the packages, found as Node finds them: the nearest `node_modules` upwards. */
async function closure(packageRoot: string): Promise<readonly string[]> {
  const found = new Set<string>();
  const visit = async (name: string, from: string): Promise<void> => {
    const folder = locate(name, from);
    if (folder === undefined || found.has(folder)) return;
    found.add(folder);
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Record<string, Record<string, string>>;
    for (const dependency of [...Object.keys(dependencies), ...Object.keys(optionalDependencies)]) await visit(dependency, folder);
  };
  for (const root of roots) await visit(root, packageRoot);
  return [...found];
}

function locate(name: string, from: string): string | undefined {
  const require = createRequire(join(from, 'package.json'));
  for (const folder of require.resolve.paths(name) ?? []) if (existsSync(join(folder, name, 'package.json'))) return join(folder, name);
  return undefined;
}

