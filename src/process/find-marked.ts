/**
 * Finds our processes by the environment that they were started with: RINGMASTER_MARK=<cluster>/launcher/<name> and RINGMASTER_STATE=<state>. Both
 * variables are compared, because two clusters may have the same name. The search also finds the processes that an ended process left behind, and
 * processes without a record. A process has no record when its launcher died between the start and the writing of the record. The search does not
 * find practice sshds: sshd overwrites its environment with its process title, so only their records lead to them.
 */
import { allPids, environmentOf, processStat } from './proc.ts';
import { identify, type ProcessIdentity } from './process-identity.ts';

export const markOf = (cluster: string, name: string): string => `${cluster}/launcher/${name}`;

export interface MarkedProcess extends ProcessIdentity {
  readonly mark: string;
  /** True when the process leads its own session: it was started by the launcher itself, not by a child of the launcher. */
  readonly leads: boolean;
}

/** Returns the living processes of a cluster, without the calling process. With `name`, returns only those with that name in their mark. */
export function findMarked(state: string, cluster: string, name?: string): readonly MarkedProcess[] {
  const prefix = markOf(cluster, '');
  return allPids().flatMap((pid) => {
    if (pid === process.pid) return [];
    const environment = environmentOf(pid);
    const mark = environment.get('RINGMASTER_MARK');
    if (mark === undefined || !mark.startsWith(prefix) || environment.get('RINGMASTER_STATE') !== state) return [];
    if (name !== undefined && mark !== markOf(cluster, name)) return [];
    const identity = identify(pid);
    return identity === undefined ? [] : [{ ...identity, mark, leads: processStat(pid)?.session === pid }];
  });
}
