/**
 * Checks that the state folder is a folder of the cluster's own. `down --purge` removes our files in it, and `up` fills it, so it must not be a folder
 * that a person works in. The check reads the disk and follows symbolic links.
 */
import { existsSync, readFileSync, readdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { statePaths } from '../../domain/cluster/state-paths.ts';
import { type Account, accounts } from '../../system/accounts.ts';
import { otherOwner, sayOtherOwner } from '../../system/other-owner.ts';
import { homeFolder } from '../../system/user-folders.ts';
import type { Fault } from '../fault/fault.ts';
import { present } from './checked-file.ts';
import { stateFolderDefault } from '../schema/cluster-schema.ts';
import type { Disk, DiskCheck } from './disk-faults.ts';

/** A fault names at most this many files. */
const filesShownMax = 3;
/** A fix tries at most this many names beside the cluster file. */
const namesTriedMax = 100;
const code = 'config.state-folder' as const;

export const unsafeState: DiskCheck = (file, disk): readonly Fault[] => {
  const state = realPath(disk.resolve(file.state));
  const ownHome = homeFolder(process.env);
  if (hasControlCharacter(state)) {
    const home = ownHome === undefined || hasControlCharacter(ownHome) ? '/var/lib' : ownHome;
    const what = `its whole path, ${JSON.stringify(state)}, has a line break or another control character, which no file of sshd can name`;
    return [{ path: ['state'], what, hint: `${join(home, `ringmaster-${file.cluster}`)}, or another folder whose whole path has none`, code }];
  }
  const trees = [
    ...present(file.pipelines).map(({ entry }) => [`the payload of pipeline ${entry.name}`, disk.resolve(entry.payload)] as const),
    ...present(file.datasets).flatMap(({ entry }) =>
      entry.path === undefined ? [] : [[`the folder of dataset ${entry.id}`, disk.resolve(entry.path)] as const],
    ),
  ];
  const hint = `${freeFolder(
    disk,
    trees.map(([, tree]) => realPath(tree)),
  )}, or another new folder of its own`;
  const held = heldBy(state, [
    ['this cluster file', disk.resolve('.')],
    ...trees,
    ...(ownHome === undefined ? [] : [['your home folder', ownHome] as const]),
    ...homesOfPeople().map((home) => [`the home folder ${home}`, home] as const),
    ['Ringmaster itself', repository()],
  ]);
  const owner = otherOwner(state);
  if (owner !== undefined) return [{ path: ['state'], what: `${state} ${sayOtherOwner(owner)}`, hint, code }];
  if (held !== undefined) return [{ path: ['state'], what: `${state} is or holds the folder of ${held}`, hint, code }];
  const seen = disk.lookAt(disk.resolve(file.state));
  if (seen.kind === 'unread') return [{ path: ['state'], what: seen.what, hint: seen.hint, code }];
  const foreign = foreignFiles(state);
  if (foreign.length === 0) return [];
  const shown = foreign.slice(0, filesShownMax).join(', ') + (foreign.length > filesShownMax ? ', …' : '');
  return [{ path: ['state'], what: `${state} is not empty, and no cluster made it: it contains ${shown}`, hint, code }];
};

const hasControlCharacter = (path: string): boolean => /\p{Cc}/u.test(path);

/** Returns a folder that is not there and that no tree holds: beside the cluster file, or beside the outermost tree that holds the cluster file. */
function freeFolder(disk: Disk, trees: readonly string[]): string {
  const here = realPath(disk.resolve('.'));
  const outer = trees.filter((tree) => isWithin(here, tree)).toSorted((a, b) => a.length - b.length)[0];
  const first = outer === undefined ? stateFolderDefault : join(dirname(outer), `${basename(outer)}-state`);
  const names = Array.from({ length: namesTriedMax }, (_, index) => (index === 0 ? first : `${first}-${index + 1}`));
  return names.find((name) => disk.lookAt(disk.resolve(name)).kind === 'nothing') ?? `${first}-${process.pid}`;
}

const heldBy = (state: string, things: readonly (readonly [what: string, path: string])[]): string | undefined =>
  things.find(([, path]) => isWithin(realPath(path), state))?.[0];

/** Returns whether a path is the folder or below it. */
export const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);

/** Returns the path with all symbolic links resolved. The last parts of the path may not exist yet. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realPath(parent), basename(path));
  }
}

/** Returns the names in a folder that no cluster of ours made. Returns none for an empty folder and for the state folder of a cluster. */
function foreignFiles(state: string): readonly string[] {
  const { identity, runningCluster } = statePaths(state);
  if (existsSync(identity) || isRunningCluster(runningCluster)) return [];
  try {
    return readdirSync(state).filter((name) => name !== 'lost+found' && !name.startsWith(`${basename(identity)}.`));
  } catch (error) {
    // A folder that is not there is made by `up`. A file in its place is no folder of ours.
    return (error as NodeJS.ErrnoException).code === 'ENOTDIR' ? [basename(state)] : [];
  }
}

/** An older release made a state folder without the file of the id. */
function isRunningCluster(file: string): boolean {
  try {
    const found = JSON.parse(readFileSync(file, 'utf8')) as { readonly config?: { readonly v?: unknown }; readonly configEpoch?: unknown };
    return found.config?.v === 1 && typeof found.configEpoch === 'number';
  } catch {
    return false;
  }
}

/** Returns the home folders of root and of people. The user of a practice node is a system user, and its home is in the state folder. */
function homesOfPeople(): readonly string[] {
  const firstPersonUid = 1_000;
  let known: readonly Account[];
  try {
    known = accounts();
  } catch {
    return [];
  }
  return known.flatMap(({ uid, home }) =>
    home.startsWith('/') && home !== '/' && existsSync(home) && (uid === 0 || uid >= firstPersonUid) ? [home] : [],
  );
}

/** Returns the folder of our own installation. */
function repository(): string {
  for (let at = import.meta.dirname; at !== dirname(at); at = dirname(at)) if (existsSync(join(at, 'package.json'))) return at;
  return import.meta.dirname;
}
