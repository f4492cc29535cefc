import { given } from '../base/given.ts';
import type { NodePlace } from '../domain/node/place.ts';
import type { MachineProbe, WorkerEnd } from './machine.ts';

/** Returns what `probe.sh` printed. A local node has no machine id, because it is this machine. */
export function parseProbe(said: string, isLocal: boolean): Omit<MachineProbe, 'latencyMs' | 'through' | 'noise'> {
  const [first = '', end = '', ...log] = said.split('\n');
  const [bootId = '', load1 = '0', freeKib = '0', worker = 'no', folderId = '', machineId = '', host = '', ...path] = first.split(' ');
  const place: NodePlace | undefined =
    path.length === 0 || folderId === '-' ? undefined : { bootId, folderId, machineId: isLocal ? '-' : machineId, host, path: path.join(' ') };
  return {
    bootId,
    load1: Number(load1),
    diskFreeBytes: Number(freeKib) * 1024,
    ...(worker === 'no' || worker === 'starting' ? { workerAlive: false } : { workerAlive: true, workerForm: worker }),
    ...given({ place, workerEnd: parseEnd(end, log.join('\n')) }),
  };
}

function parseEnd(line: string, log: string): WorkerEnd | undefined {
  const [, pid, status] = /^(\d+) (\d+|-|silent)$/.exec(line) ?? [];
  return pid === undefined || status === undefined ? undefined : { pid: Number(pid), status, log };
}
