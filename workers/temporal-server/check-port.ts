import { given } from '../../src/base/given.ts';
import { RingmasterError } from '../../src/domain/failure/error.ts';
import { portOwner, type PortOwner } from '../../src/process/port-owner.ts';
import { isPortFree } from '../../src/system/port.ts';

export interface PortUse {
  readonly port: number;
  readonly host?: string;
  /** The name, for messages, of the program that listens on the port, for example "the Temporal server". */
  readonly what: string;
  /** The key of the cluster file that changes the port, for example "temporal.port". */
  readonly change: string;
  /** Another way out, for the hint. */
  readonly instead?: string;
}

/** Throws `server.port-busy` for the first port that is taken by a process other than `ours`. */
export async function checkPorts(uses: readonly PortUse[], ours: ReadonlySet<number> = new Set()): Promise<void> {
  for (const use of uses) {
    const host = use.host ?? '127.0.0.1';
    const isFree = await isPortFree(use.port, host).catch((error: unknown) => {
      throw portUnusable(use.port, host, error as NodeJS.ErrnoException);
    });
    if (isFree) continue;
    const owner = portOwner(use.port);
    if (owner !== undefined && ours.has(owner.pid)) continue;
    throw portBusy(use, owner);
  }
}

function portBusy({ port, what, change, instead }: PortUse, owner: PortOwner | undefined): RingmasterError {
  const whose = owner === undefined ? 'another process (of another user)' : `process ${owner.pid} (${owner.command})`;
  return new RingmasterError('server.port-busy', {
    cannot: `use port ${port} for ${what}`,
    because: `${whose} listens there`,
    hint: {
      say: `another number as ${change}${owner === undefined ? '' : `, or ending process ${owner.pid}`}${instead === undefined ? '' : `, or ${instead}`}`,
    },
    fields: { port, what, change, ...given({ pid: owner?.pid, command: owner?.command }) },
  });
}

const portUnusable = (port: number, host: string, cause: NodeJS.ErrnoException): RingmasterError =>
  new RingmasterError('config.invalid', {
    cannot: `listen on ${host}:${port}`,
    because: cause.code === 'EACCES' ? 'ports below 1024 need root' : cause.message,
    hint: { say: 'another port or address' },
    fields: { port, host },
    cause,
  });
