/**
 * The control sockets of the system's ssh (ControlMaster). They are used by rsync, by tar and by the links to hosts that npm ssh2 cannot reach.
 * The path of a socket may have at most 107 bytes, so each socket is in a folder of its own in a temporary folder with a short path. The folder's name
 * contains a digest of the user and the cluster's id. By this name a later process finds and ends the masters of a process that was killed. Masters cannot
 * be found by our mark in their environment, because ssh overwrites its environment with its process title.
 */
import { createHash } from 'node:crypto';
import { lstatSync, mkdtempSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ownUid } from '../../system/own-user.ts';
import { temporaryFolders } from '../../system/user-folders.ts';
import { sshLimits } from '../limits.ts';
import { runSsh } from './run-ssh.ts';
import { optionPath } from './setting/option-path.ts';

const prefixOf = (clusterId: string): string => `rm-ssh-${createHash('sha256').update(`${ownUid()} ${clusterId}`).digest('hex').slice(0, 8)}-`;

/**
 * The name of a folder has 25 bytes, and ssh binds its socket under a name that is 17 bytes longer than the path. A socket's path has at most 107
 * bytes.
 */
const rootBytesMax = 107 - 25 - 17;
const roots = (): readonly string[] => temporaryFolders(process.env, rootBytesMax);

/** Makes a folder for a socket, in the first temporary folder that takes one. */
export function makeControlFolder(clusterId: string): string {
  let failure: unknown;
  for (const root of roots()) {
    try {
      return mkdtempSync(join(root, prefixOf(clusterId)));
    } catch (error) {
      failure ??= error;
    }
  }
  throw failure;
}

export const controlPath = (folder: string): string => join(folder, 's');

/**
 * Ends the master at once, even in the middle of a transfer, and removes the folder. The socket alone identifies the master. `host` is given only
 * because the command line of ssh requires a host. The user's files are not read, because ssh would refuse to do anything if they had a fault.
 */
export const closeControl = (folder: string, host?: string): Promise<void> => askMaster(folder, 'exit', host);

/** Makes the master take no further session, and removes the folder. The master ends with the last of its sessions. */
export const retireControl = (folder: string): Promise<void> => askMaster(folder, 'stop');

async function askMaster(folder: string, request: 'exit' | 'stop', host = 'none'): Promise<void> {
  // ssh fails when the master has already ended. The folder is removed in that case too.
  const options = ['-F', 'none', '-o', `ControlPath=${optionPath(controlPath(folder))}`, '-O', request];
  await runSsh('ssh', [...options, '--', host], sshLimits.masterExitMsMax).catch(() => undefined);
  await rm(folder, { recursive: true, force: true });
}

/**
 * Ends all masters of this cluster and returns the number of folders found. Call this only while no process of the cluster transfers: when the
 * gateway starts, and in `down`.
 */
export async function closeLeftoverControls(clusterId: string): Promise<number> {
  const found = await Promise.all(
    roots().map(async (root) => {
      const names = await readdir(root).catch(() => []);
      return names.filter((name) => name.startsWith(prefixOf(clusterId))).map((name) => join(root, name));
    }),
  );
  const named = found.flat();
  // Any user can make a folder with this name in the temporary folder. A folder of another user holds no master of ours, and we could not remove that
  // folder.
  const left = named.filter((path) => lstatSync(path, { throwIfNoEntry: false })?.uid === ownUid());
  await Promise.all(left.map((path) => closeControl(path)));
  return left.length;
}
