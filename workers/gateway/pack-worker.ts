import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';

/** These are the packages that `workers/node/main.ts` imports. */
const roots = [
  '@temporalio/client',
  '@temporalio/envconfig',
  '@temporalio/worker',
  '@temporalio/activity',
  '@temporalio/common',
  'ssh2',
  '@noble/hashes',
];
/** Matches the files that no node needs: the SDK's native cores for systems other than Linux with glibc, source files, source maps and texts. */
const skipped = /core-bridge\/(releases\/(?!.*linux-gnu)[^/]+|sdk-core|bridge-macros|src)|\.(md|map|d\.[cm]?ts)$/;
const ours = ['package.json', 'dist/workers', 'dist/activities', 'dist/src'];

/**
 * Returns a folder with our built code and the packages that a node's worker needs. The folder is pushed to nodes as a tree. It is made once for each
 * version and kept. It contains only `roots` and the packages that they need by `dependencies`, directly or indirectly.
 */
export async function packWorker(packageRoot: string, packages: string): Promise<string> {
  const folder = join(packages, await version(packageRoot));
  if (existsSync(folder)) return folder;
  await rm(packages, { recursive: true, force: true });
  const next = `${folder}.next`;
  await rm(next, { recursive: true, force: true });
  await mkdir(next, { recursive: true });
  for (const path of ours) await copy(packageRoot, join(packageRoot, path), join(next, path));
  for (const path of await closure(packageRoot)) await copy(packageRoot, path, join(next, relative(packageRoot, path)));
  await rename(next, folder);
  return folder;
}

/** Returns a digest that changes with every build of our code and every change of the packages. */
async function version(packageRoot: string): Promise<string> {
  const hash = createHash('sha256');
  for (const folder of ours.slice(1)) {
    for (const name of (await readdir(join(packageRoot, folder), { recursive: true })).toSorted((a, b) => a.localeCompare(b))) {
      if (name.endsWith('.js')) hash.update(name).update(await readFile(join(packageRoot, folder, name)));
    }
  }
  return hash
    .update(await readFile(join(packageRoot, 'package-lock.json')))
    .digest('hex')
    .slice(0, 16);
}

/** Copies a package without the packages nested in it. When a nested package is needed, `closure` lists it on its own. */
const copy = (packageRoot: string, from: string, to: string): Promise<void> =>
  cp(from, to, {
    recursive: true,
    filter: (path) => !skipped.test(relative(packageRoot, path)) && !path.slice(from.length).includes('/node_modules'),
  });

/**
 * Returns the folders of the packages. Each package is found in the same way as Node finds it: in the nearest `node_modules` of the folders above.
 */
async function closure(packageRoot: string): Promise<readonly string[]> {
  const found = new Set<string>();
  const visit = async (name: string, from: string): Promise<void> => {
    const folder = locate(name, from);
    if (folder === undefined || found.has(folder)) return;
    found.add(folder);
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Record<
      string,
      Record<string, string>
    >;
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
