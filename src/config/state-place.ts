import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import type { StatePlace } from '../domain/cluster/state-place.ts';

/** Files that container programs make. The machine id in a container belongs to an image, or is made at each start. */
const containerFiles = ['/.dockerenv', '/run/.containerenv', '/run/systemd/container'];

/** Returns the place of a state folder. The folder must exist. */
export function placeOf(state: string, machine: string = machineId()): StatePlace {
  const { ino, dev } = statSync(state, { bigint: true });
  return { machine, host: hostname(), path: realpathSync(state), inode: String(ino), device: String(dev) };
}

/** Returns true when both places are one folder of this machine at this moment. */
export const isOneFolder = (one: Pick<StatePlace, 'inode' | 'device'>, other: Pick<StatePlace, 'inode' | 'device'>): boolean =>
  one.inode === other.inode && one.device === other.device;

function machineId(): string {
  if (containerFiles.some((file) => existsSync(file))) return '-';
  try {
    const id = readFileSync('/etc/machine-id', 'utf8').trim();
    return /^[0-9a-f]{32}$/.test(id) ? id : '-';
  } catch {
    return '-';
  }
}
