/**
 * The sockets of the system's ssh (ControlMaster), for rsync and tar. A socket's path may have 107 bytes at most, so each lies in a folder of its own under
 * the system's temporary one, named after the user and the cluster: whoever comes after a process that was killed can end its masters by it. (A mark cannot: ssh
 * overwrites its environment with its title.)
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, mkdtempSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const exitMsMax = 5_000;

const prefixOf = (cluster: string): string => `rm-ssh-${createHash('sha256').update(`${userInfo().uid} ${cluster}`).digest('hex').slice(0, 8)}-`;

export const makeControlFolder = (cluster: string): string => mkdtempSync(join(tmpdir(), prefixOf(cluster)));
export const controlPath = (folder: string): string => join(folder, 's');

/** Ends the master, whatever it is doing, and removes the folder. `host` only satisfies ssh's command line: the socket says which master. */
export async function closeControl(folder: string, host = 'none'): Promise<void> {
  // Fails when the master has ended by itself already.
  await run('ssh', ['-o', `ControlPath=${controlPath(folder)}`, '-O', 'exit', '--', host], { timeout: exitMsMax }).catch(() => undefined);
  await rm(folder, { recursive: true, force: true });
}

/** For a time when no process of this cluster transfers: at the gateway's start, and at `down`. Answers how many there were. */
export async function closeLeftoverControls(cluster: string): Promise<number> {
  const named = (await readdir(tmpdir())).filter((name) => name.startsWith(prefixOf(cluster))).map((name) => join(tmpdir(), name));
  // Anybody may make a folder of that name there. One that is not ours holds no master of ours, and cannot be removed.
  const left = named.filter((path) => lstatSync(path, { throwIfNoEntry: false })?.uid === userInfo().uid);
  await Promise.all(left.map((path) => closeControl(path)));
  return left.length;
}
