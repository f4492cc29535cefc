/** Finds folders for the homes of practice nodes. The nodes' users can reach these folders. */
import { createHash } from 'node:crypto';
import { chmodSync, chownSync, copyFileSync, existsSync, lstatSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isRoot } from './practice-user.ts';

/** The folder of the `node` program beside the homes. No node can have this name. */
const programs = '.bin';

/** The password database separates its fields by colons, and PATH its folders. */
const breaksAccounts = /[:\n]/;

/**
 * Returns the folder of the nodes' homes. This is `root` itself when other users can reach `root` (no folder above it is 0700) and the home of
 * an account can have its name. Otherwise it is a folder under /var/lib that is named after `root`.
 */
export function homesFolder(root: string): string {
  if (!isRoot() || (isTraversable(root) && !breaksAccounts.test(root))) return root;
  return join('/var/lib/ringmaster-practice', createHash('sha256').update(root).digest('hex').slice(0, 12));
}

/**
 * Returns the folder of a `node` program that the nodes' users can run: the program that runs this process, or a copy beside the homes when the users
 * cannot reach that program.
 */
export function nodeProgramFolder(homes: string): string {
  const own = process.execPath;
  if (!isRoot() || (isTraversable(own) && (statSync(own).mode & 0o005) === 0o005)) return dirname(own);
  const copy = join(homes, programs, 'node');
  if (!existsSync(copy)) {
    makeOpenFolder(dirname(copy));
    copyFileSync(own, copy);
    chmodSync(copy, 0o755);
    chownSync(copy, 0, 0);
  }
  return dirname(copy);
}

/** Makes a folder, and the folders above it that are missing, so that every user can enter them. The mask of our processes would close them. */
export function makeOpenFolder(path: string): void {
  if (existsSync(path)) return;
  makeOpenFolder(dirname(path));
  mkdirSync(path);
  chmodSync(path, 0o755);
}

/** Returns the folder beside the home of a node where our files about the node are. The user of the node can read them and not change them. */
export const besideHome = ({ root, id }: { readonly root: string; readonly id: string }): string => join(homesFolder(root), `${id}.node`);

/** Removes the folder of homes when no home is left in it, unless that folder is `root`. */
export function removeEmptyHomes(root: string): void {
  const homes = homesFolder(root);
  if (homes === root || !existsSync(homes) || !readdirSync(homes).every((name) => name === programs || isOldPrograms(join(homes, name)))) return;
  rmSync(homes, { recursive: true });
}

/** Returns true for the folder of the `node` program that an older release made. A node with the id `bin` has its home there, which the node's user owns. */
const isOldPrograms = (path: string): boolean => basename(path) === 'bin' && lstatSync(path).uid === 0;

/** Returns true when another user can enter every folder on the way to `path`. */
function isTraversable(path: string): boolean {
  for (let at = path; ; at = dirname(at)) {
    if (existsSync(at) && (statSync(at).mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}
