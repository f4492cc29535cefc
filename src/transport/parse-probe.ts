import { given } from '../base/given.ts';
import type { NodePlace } from '../domain/node/place.ts';
import type { MachineProbe, WorkerEnd } from './machine.ts';

/** Returns what `probe.sh` printed. A local node has no machine id, because it is this machine. */
export function parseProbe(said: string, isLocal: boolean): Omit<MachineProbe, 'latencyMs' | 'through' | 'noise'> {
  const [first = '', end = '', ...log] = said.split('\n');
  const [bootId = '', load1 = '0', freeKib = '', worker = 'no', folderId = '', machineId = '', host = '', ...path] = first.split(' ');
  const place: NodePlace | undefined =
    path.length === 0 || folderId === '-' ? undefined : { bootId, folderId, machineId: isLocal ? '-' : machineId, host, path: path.join(' ') };
  return {
    bootId,
    load1: Number(load1),
    ...(worker === 'no' || worker === 'starting' ? { workerAlive: false } : { workerAlive: true, workerForm: worker }),
    ...given({ diskFreeBytes: parseFree(freeKib), place, workerEnd: parseEnd(end, log.join('\n')) }),
  };
}

function parseEnd(line: string, log: string): WorkerEnd | undefined {
  const [, pid, status] = /^(\d+) (\d+|-|silent)$/.exec(line) ?? [];
  return pid === undefined || status === undefined ? undefined : { pid: Number(pid), status, log };
}

/** A file system can have less than no free space, when what it keeps back for root is in use. */
const parseFree = (kib: string): number | undefined => (/^-?\d+$/.test(kib) ? Math.max(0, Number(kib)) * 1024 : undefined);
