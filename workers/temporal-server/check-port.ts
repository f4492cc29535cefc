/** Whether a port of this machine can be listened on, and if not, whose it is. Linux: reads /proc. */
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { RingmasterError } from '../../src/domain/failure/failure.ts';

export interface PortUse {
  readonly port: number;
  readonly host?: string;
  /** "the Temporal server" */
  readonly what: string;
  /** "temporal.port in cluster.yaml" */
  readonly change: string;
}

export interface PortOwner {
  readonly pid: number;
  readonly command: string;
}

/** Throws `server.port-busy` for the first port that is taken by a process other than `ours`. */
export async function checkPorts(uses: readonly PortUse[], ours: ReadonlySet<number> = new Set()): Promise<void> {
  for (const use of uses) {
    if (await isFree(use.port, use.host ?? '127.0.0.1')) continue;
    const owner = portOwner(use.port);
    if (owner !== undefined && ours.has(owner.pid)) continue;
    throw portBusy(use, owner);
  }
}

function portBusy({ port, what, change }: PortUse, owner: PortOwner | undefined): RingmasterError {
  const whose = owner === undefined ? 'another process (of another user)' : `process ${owner.pid} (${owner.command})`;
  return new RingmasterError('server.port-busy', {
    cannot: `use port ${port} for ${what}`,
    because: `${whose} listens there`,
    hint: owner === undefined ? `another number as ${change}` : `another number as ${change}, or ending process ${owner.pid}`,
    fields: { port, what, change, ...(owner === undefined ? {} : { pid: owner.pid, command: owner.command }) },
  });
}

const isFree = (port: number, host: string): Promise<boolean> =>
  new Promise((answer, refuse) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') answer(false);
      else refuse(portUnusable(port, host, error));
    });
    server.listen({ port, host, exclusive: true }, () => server.close(() => answer(true)));
  });

const portUnusable = (port: number, host: string, cause: NodeJS.ErrnoException): RingmasterError =>
  new RingmasterError('config.invalid', {
    cannot: `listen on ${host}:${port}`,
    because: cause.code === 'EACCES' ? 'ports below 1024 need root' : cause.message,
    hint: 'another port or address',
    fields: { port, host },
    cause,
  });

/** The process that listens on a TCP port; undefined when it belongs to another user, or nobody listens. */
export function portOwner(port: number): PortOwner | undefined {
  const inodes = listeningInodes(port);
  if (inodes.size === 0) return undefined;
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry) || !holdsSocket(entry, inodes)) continue;
    return { pid: Number(entry), command: commandOf(entry) };
  }
  return undefined;
}

/** Lines of /proc/net/tcp: `sl local_address rem_address st … inode`; state 0A is LISTEN, the port is hexadecimal. */
function listeningInodes(port: number): ReadonlySet<string> {
  const inodes = new Set<string>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of readOr(table, '').split('\n').slice(1)) {
      const columns = line.trim().split(/\s+/);
      const local = columns[1]?.split(':')[1];
      if (columns[3] === '0A' && local !== undefined && Number.parseInt(local, 16) === port && columns[9] !== undefined) inodes.add(columns[9]);
    }
  }
  return inodes;
}

function holdsSocket(pid: string, inodes: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => inodes.has(/^socket:\[(\d+)\]$/.exec(linkOr(`/proc/${pid}/fd/${fd}`))?.[1] ?? ''));
  } catch {
    return false; // gone, or another user's
  }
}

const commandOf = (pid: string): string =>
  readOr(`/proc/${pid}/cmdline`, '')
    .split('\0')
    .filter((part) => part !== '')
    .join(' ')
    .slice(0, 120) || `pid ${pid}`;

function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return otherwise;
  }
}

function linkOr(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}
