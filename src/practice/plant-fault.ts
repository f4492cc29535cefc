import type { ClusterIdentity } from '../domain/cluster/cluster-identity.ts';
import { jobKey } from '../domain/ids.ts';
import { allPids, processStat, variableOf } from '../process/proc.ts';
import { identify, signal } from '../process/process-identity.ts';

/**
 * Kills the program of a job of this cluster, as a crash would, and returns the program's pid. Returns undefined when the job does not run here. A practice node is
 * this machine, so /proc here lists the program. Several processes can have the job's mark in their environment; the program is the marked process
 * that has no marked child.
 */
export function plantFault(owner: ClusterIdentity, job: { readonly item: string; readonly epoch: number }): number | undefined {
  // Another cluster may have a job with the same key. An older release had the name of the cluster in its marks.
  const marks = [owner.id, ...(owner.isUpgraded ? [owner.name] : [])].map((first) => `${first}/${jobKey(job)}`);
  const marked = allPids().filter((pid) => marks.includes(variableOf(pid, 'RINGMASTER_MARK') ?? ''));
  const parents = new Set(marked.map((pid) => processStat(pid)?.parent));
  const program = marked.filter((pid) => !parents.has(pid)).flatMap((pid) => identify(pid) ?? [])[0];
  return program !== undefined && signal(program, 'SIGKILL') ? program.pid : undefined;
}
