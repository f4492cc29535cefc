/** What /proc says, for tests that kill and count. */
import { readdirSync, readFileSync } from 'node:fs';

const pids = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // Ended meanwhile.
  }
};

const parentOf = (pid: number): number => Number(read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ')[1] ?? 0);

export function descendants(pid: number): number[] {
  const all = pids().map((one) => ({ pid: one, parent: parentOf(one) }));
  const found: number[] = [];
  for (let next = [pid]; next.length > 0;) {
    next = all.filter((one) => next.includes(one.parent)).map((one) => one.pid);
    found.push(...next);
  }
  return found;
}

export const isSshd = (pid: number): boolean => read(`/proc/${pid}/comm`).startsWith('sshd');
export const isAlive = (pid: number): boolean => !/\) [ZX] /.test(read(`/proc/${pid}/stat`)) && read(`/proc/${pid}/stat`) !== '';

/** Living processes that bear a cluster's mark. */
export const readMarks = (cluster: string): number[] =>
  pids().filter((pid) =>
    read(`/proc/${pid}/environ`)
      .split('\0')
      .some((entry) => entry.startsWith(`RINGMASTER_MARK=${cluster}/`)),
  );

/** Processes of one job (any epoch), by the variable the payload contract gives them. */
export const jobProcesses = (cluster: string, item: string): number[] =>
  pids().filter((pid) =>
    read(`/proc/${pid}/environ`)
      .split('\0')
      .some((entry) => entry.startsWith(`RINGMASTER_MARK=${cluster}/${item}/`)),
  );
