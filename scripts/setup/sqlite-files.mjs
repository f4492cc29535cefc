/**
 * The places in which the package `bindings` looks for the addon of better-sqlite3, the first one first. npm's install script makes the first. The
 * set-up uses the second, which has the interface of Node in its name, so that two versions of Node can use one checkout.
 */
import { join } from 'node:path';

export const sqliteFolder = (root) => join(root, 'node_modules', 'better-sqlite3');
const file = 'better_sqlite3.node';

/** Returns the path that npm's install script writes, relative to the package. */
export const releaseFile = join('build', 'Release', file);
export const fileFor = (root, nodeInterface = process.versions.modules) =>
  join(sqliteFolder(root), 'lib', 'binding', `node-v${nodeInterface}-${process.platform}-${process.arch}`, file);
export const sqliteFiles = (root) => [join(sqliteFolder(root), releaseFile), fileFor(root)];
