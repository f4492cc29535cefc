import { readdirSync } from 'node:fs';
import { processLimits } from './limits.ts';
import { allPids, commandOf, readProc, readProcLink } from './proc.ts';

export interface PortOwner {
  readonly pid: number;
  readonly command: string;
}

/**
 * Returns the process that listens on a TCP port of this machine. Returns undefined when no process listens, or when the process belongs to another
 * user.
 */
export function portOwner(port: number): PortOwner | undefined {
  const inodes = listeningInodes(port);
  if (inodes.size === 0) return undefined;
  const pid = allPids().find((one) => holdsSocket(one, inodes));
  return pid === undefined ? undefined : { pid, command: commandOf(pid).join(' ').slice(0, processLimits.commandLettersMax) || `pid ${pid}` };
}

/** Reads the lines of /proc/net/tcp: `sl local_address rem_address st … inode`. State 0A is LISTEN, and the port is hexadecimal. */
function listeningInodes(port: number): ReadonlySet<string> {
  const inodes = new Set<string>();
  for (const table of ['net/tcp', 'net/tcp6']) {
    for (const line of (readProc(table) ?? '').split('\n').slice(1)) {
      const columns = line.trim().split(/\s+/);
      const local = columns[1]?.split(':')[1];
      if (columns[3] === '0A' && local !== undefined && Number.parseInt(local, 16) === port && columns[9] !== undefined) inodes.add(columns[9]);
    }
  }
  return inodes;
}

function holdsSocket(pid: number, inodes: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => inodes.has(/^socket:\[(\d+)\]$/.exec(readProcLink(`${pid}/fd/${fd}`) ?? '')?.[1] ?? ''));
  } catch {
    return false; // The process has ended, or belongs to another user.
  }
}
