import { jobKey } from '../domain/ids.ts';
import { allPids, environmentOf, processStat } from '../process/proc.ts';
import { identify, signal } from '../process/process-identity.ts';

/**
 * Kills the program of a job, as a crash would, and returns the program's pid. Returns undefined when the job does not run here. A practice node is
 * this machine, so /proc here lists the program. Several processes can have the job's mark in their environment; the program is the marked process
 * that has no marked child.
 */
export function plantFault(job: { readonly item: string; readonly epoch: number }): number | undefined {
  const marked = allPids().filter((pid) => environmentOf(pid).get('RINGMASTER_JOB') === jobKey(job));
  const parents = new Set(marked.map((pid) => processStat(pid)?.parent));
  const program = marked.filter((pid) => !parents.has(pid)).flatMap((pid) => identify(pid) ?? [])[0];
  return program !== undefined && signal(program, 'SIGKILL') ? program.pid : undefined;
}
