/**
 * Our processes by the environment they were started with: RINGMASTER_MARK=<cluster>/launcher/<name> and RINGMASTER_STATE=<state>; both, because
 * two clusters may share a name. Finds what has no record (the launcher died between start and record) and what a process left behind.
 * sshd overwrites its environment with its title, so practice sshds are known by record only.
 */
import { allPids, environmentOf, processStat } from './proc.ts';
import { identify, type ProcessIdentity } from './process-identity.ts';

export const markOf = (cluster: string, name: string): string => `${cluster}/launcher/${name}`;

export interface MarkedProcess extends ProcessIdentity {
  readonly mark: string;
  /** Leads its own session: started by the launcher, not by one of its children. */
  readonly leads: boolean;
}

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
