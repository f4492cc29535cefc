/**
 * Identifies a process by its pid, its start time (field 22 of /proc/pid/stat, clock ticks after boot) and the boot id. The pid alone is not enough,
 * because the kernel later gives the same pid to another process. Linux only.
 */
import { readdirSync } from 'node:fs';
import { allPids, processStat, readProc, type ProcessStat } from './proc.ts';

export interface ProcessIdentity {
  readonly pid: number;
  readonly startTicks: number;
  readonly bootId: string;
}

export const bootId = (): string => readProc('sys/kernel/random/boot_id')?.trim() ?? 'unknown';

/** Returns the identity of the living process with this pid, or undefined when there is no such process. */
export function identify(pid: number): ProcessIdentity | undefined {
  const stat = processStat(pid);
  return stat === undefined || hasEnded(pid, stat) ? undefined : { pid, startTicks: stat.startTicks, bootId: bootId() };
}

/** A zombie counts as ended only when its last thread has ended. Until then the zombie may hold ports and locks. */
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

/** Returns true while a signal (SIGSTOP) has stopped exactly this process. A process under a debugger is not stopped in this sense. */
export const isStopped = (identity: ProcessIdentity): boolean => isAlive(identity) && processStat(identity.pid)?.state === 'T';

/** Clock ticks a second in /proc. Linux uses this number on every architecture that Node.js runs on. */
const ticksPerSecond = 100;

/** Returns for how long the process has run, or 0 when that is unknown. The kernel counts this time from boot, so the machine's clock does not matter. */
export function ranMs({ startTicks, bootId: boot }: ProcessIdentity): number {
  const uptimeSeconds = Number((readProc('uptime') ?? '').split(' ')[0]);
  if (startTicks === 0 || boot !== bootId() || !Number.isFinite(uptimeSeconds)) return 0;
  return Math.max(0, (uptimeSeconds - startTicks / ticksPerSecond) * 1_000);
}

/** Signals exactly this process. Returns false when the process has ended. */
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

export const childrenOf = (parent: number): readonly ProcessIdentity[] =>
  allPids()
    .filter((pid) => processStat(pid)?.parent === parent)
    .flatMap((pid) => identify(pid) ?? []);
