/**
 * Which process a pid means. A pid is given out again; pid + start time (field 22 of /proc/pid/stat, clock ticks after boot) + boot id is not.
 * Linux only.
 */
import { readFileSync, readdirSync } from 'node:fs';

export interface ProcessIdentity {
  readonly pid: number;
  readonly startTicks: number;
  readonly bootId: string;
}

interface ProcessStat {
  readonly state: string;
  readonly parent: number;
  readonly session: number;
  readonly startTicks: number;
}

/** undefined: no such process. */
export function processStat(pid: number): ProcessStat | undefined {
  const text = readOr(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  // The second field is the name in parentheses and may hold anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', parent: Number(fields[1]), session: Number(fields[3]), startTicks: Number(fields[19]) };
}

export const bootId = (): string => readOr('/proc/sys/kernel/random/boot_id')?.trim() ?? 'unknown';

/** The living process behind a pid. */
export function identify(pid: number): ProcessIdentity | undefined {
  const stat = processStat(pid);
  return stat === undefined || hasEnded(pid, stat) ? undefined : { pid, startTicks: stat.startTicks, bootId: bootId() };
}

/** A zombie has ended, but only with its last thread: until then it may hold ports and locks. */
function hasEnded(pid: number, { state }: ProcessStat): boolean {
  if (state !== 'Z' && state !== 'X') return false;
  try {
    return readdirSync(`/proc/${pid}/task`).length <= 1;
  } catch {
    return true;
  }
}

export function isAlive({ pid, startTicks, bootId: boot }: ProcessIdentity): boolean {
  const now = identify(pid);
  return now !== undefined && now.startTicks === startTicks && now.bootId === boot;
}

/** Signals exactly this process; false when it has ended. */
export function signal(identity: ProcessIdentity, name: 'SIGTERM' | 'SIGKILL'): boolean {
  if (!isAlive(identity)) return false;
  try {
    process.kill(identity.pid, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

export const commandOf = (pid: number): readonly string[] => (readOr(`/proc/${pid}/cmdline`) ?? '').split('\0').slice(0, -1);

export const allPids = (): readonly number[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number);

export const childrenOf = (parent: number): readonly ProcessIdentity[] =>
  allPids()
    .filter((pid) => processStat(pid)?.parent === parent)
    .flatMap((pid) => identify(pid) ?? []);

/** The environment a process was started with; empty when it is another user's. */
export function environmentOf(pid: number): ReadonlyMap<string, string> {
  const text = readOr(`/proc/${pid}/environ`) ?? '';
  return new Map(
    text.split('\0').flatMap((line) => (line.includes('=') ? [[line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const] : [])),
  );
}

function readOr(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
