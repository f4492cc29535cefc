/**
 * Finds the processes of a launcher by the environment that they were started with: RINGMASTER_MARK=<id of the cluster>/launcher/<name> and
 * RINGMASTER_STATE=<state>. The search also finds the processes that an ended process left behind, and processes without a record. A process has no
 * record when its launcher died between the start and the writing of the record. The search does not find practice sshds: sshd overwrites its
 * environment with its process title, so only their records lead to them.
 */
import type { ClusterIdentity } from '../domain/cluster/cluster-identity.ts';
import { statSync } from 'node:fs';
import { leadToOneFolder } from '../system/one-folder.ts';
import { ownUid } from '../system/own-user.ts';
import { allPids, processStat, realUserOf, variableOf } from './proc.ts';
import { identify, type ProcessIdentity } from './process-identity.ts';

export const markOf = (id: string, name: string): string => `${id}/launcher/${name}`;

export interface MarkedProcess extends ProcessIdentity {
  /** The name of the process: `ledger`, `gateway`. */
  readonly name: string;
  /** True when the process leads its own session: it was started by the launcher itself, not by a child of the launcher. */
  readonly leads: boolean;
  /**
   * True when the process belongs to this cluster. False when it belongs to a cluster that had the same state folder before: its folder was removed
   * while it ran. Such a process is ended, and never adopted.
   */
  readonly isOurs: boolean;
}

/**
 * Returns the living processes of a state folder, without the calling process. With `name`, returns only those with that name in their mark. A process
 * runs as our user or as the owner of the state folder: root can read the marks of all users, and a payload can write any mark.
 */
export function findMarked(state: string, owner: ClusterIdentity, name?: string): readonly MarkedProcess[] {
  const users = [ownUid(), statSync(state, { throwIfNoEntry: false })?.uid];
  return allPids().flatMap((pid) => {
    if (pid === process.pid || !users.includes(realUserOf(pid))) return [];
    const [id, of, found, ...more] = (variableOf(pid, 'RINGMASTER_MARK') ?? '').split('/');
    if (id === undefined || of !== 'launcher' || found === undefined || more.length > 0) return [];
    if (name !== undefined && found !== name) return [];
    if (!leadToOneFolder(variableOf(pid, 'RINGMASTER_STATE') ?? '', state)) return [];
    const identity = identify(pid);
    // An older release had the name of the cluster in its marks.
    const isOurs = id === owner.id || (owner.isUpgraded && id === owner.name);
    return identity === undefined ? [] : [{ ...identity, name: found, leads: processStat(pid)?.session === pid, isOurs }];
  });
}

/**
 * Returns the living processes of launchers whose working folder is this state folder. Unlike a record or a socket, the working folder cannot be that of a
 * copy, and it stays when the folder gets another name.
 */
export function findWorkersIn(state: string): readonly { readonly name: string; readonly pid: number }[] {
  return allPids().flatMap((pid) => {
    if (pid === process.pid || !leadToOneFolder(`/proc/${pid}/cwd`, state)) return [];
    const [, of, name, ...more] = (variableOf(pid, 'RINGMASTER_MARK') ?? '').split('/');
    return of === 'launcher' && name !== undefined && more.length === 0 && identify(pid) !== undefined ? [{ name, pid }] : [];
  });
}
