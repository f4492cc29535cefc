/** Lists and kills processes of this machine for tests. The environment of a process of another user reads as empty. */
import { readFileSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { allPids, commandOf, environmentOf, processStat, readProc, readProcLink } from '../../src/process/proc.ts';
import { statePaths } from '../../src/domain/cluster/state-paths.ts';
import { identify } from '../../src/process/process-identity.ts';

export interface SeenProcess {
  readonly pid: number;
  readonly ppid: number;
  readonly user: string;
  readonly words: readonly string[];
  /** The value of RINGMASTER_MARK in the environment of the process. */
  readonly mark: string;
}

export const isAlive = (pid: number): boolean => identify(pid) !== undefined;
export const isSshd = (pid: number): boolean => readProc(`${pid}/comm`)?.startsWith('sshd') === true;
const markOf = (pid: number): string => environmentOf(pid).get('RINGMASTER_MARK') ?? '';

/** Returns all descendants of a process: its children, their children, and so on. */
export function descendants(pid: number): number[] {
  const all = allPids().map((one) => ({ pid: one, parent: processStat(one)?.parent ?? 0 }));
  const found: number[] = [];
  for (let next = [pid]; next.length > 0;) {
    next = all.filter((one) => next.includes(one.parent)).map((one) => one.pid);
    found.push(...next);
  }
  return found;
}

const stateFolders = new Map<string, string>();
const ids = new Map<string, string>();

/** Tells this file where the state folder of a cluster is, so that a test can find the cluster's processes by the cluster's name. */
export const rememberStateFolder = (cluster: string, state: string): void => void stateFolders.set(cluster, state);

/** Returns the id of a cluster, which is in its marks. Returns the name itself if the cluster has no state folder or has not been started. */
export function idOf(cluster: string): string {
  const known = ids.get(cluster);
  const state = stateFolders.get(cluster);
  if (known !== undefined || state === undefined) return known ?? cluster;
  try {
    const { id } = JSON.parse(readFileSync(statePaths(state).identity, 'utf8')) as { readonly id: string };
    ids.set(cluster, id);
    return id;
  } catch {
    return cluster;
  }
}

/** Returns the processes that carry the mark of a cluster. */
export const readMarks = (cluster: string): readonly number[] => allPids().filter((pid) => markOf(pid).startsWith(`${idOf(cluster)}/`));

/** Returns the processes of all jobs of an item, whatever their epoch. A job's supervisor marks each process of the job. */
export const jobProcesses = (cluster: string, item: string): readonly number[] =>
  allPids().filter((pid) => markOf(pid).startsWith(`${idOf(cluster)}/${item}/`));

/** Returns all processes except zombies. */
export function processes(): readonly SeenProcess[] {
  const names = userNames();
  return allPids().flatMap((pid) => {
    const stat = processStat(pid);
    if (stat === undefined || stat.state === 'Z') return [];
    try {
      const user = names.get(String(statSync(`/proc/${pid}`).uid)) ?? '';
      return [{ pid, ppid: stat.parent, user, words: commandOf(pid).filter((word) => word !== ''), mark: markOf(pid) }];
    } catch {
      return []; // The process has just ended.
    }
  });
}

/** Reads the user names at each call, because the user id of a removed practice user may soon belong to another user. */
const userNames = (): ReadonlyMap<string, string> =>
  new Map(
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .map(([name = '', , uid = '']) => [uid, name]),
  );

/** Kills every process that `chosen` accepts, and repeats this until none is left. */
export async function endProcesses(chosen: (one: SeenProcess) => boolean): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const left = processes().filter(chosen);
    if (left.length === 0) return;
    for (const { pid } of left) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // The process has already ended.
      }
    }
    await sleep(50);
  }
}

/** Returns all processes, marked or not, whose working folder has a path that ends with `folder`. */
export const processesIn = (folder: string): readonly number[] => allPids().filter((pid) => readProcLink(`${pid}/cwd`)?.endsWith(folder) === true);
