import { existsSync, readdirSync, readFileSync, realpathSync, statfsSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { machineName } from '../domain/cluster/machine-name.ts';
import type { StatePlace } from '../domain/cluster/state-place.ts';

export type KnownMachine = Pick<StatePlace, 'machine' | 'host' | 'cards'>;

/** Files that container programs make. */
const containerFiles = ['.dockerenv', 'run/.containerenv', 'run/systemd/container'];

/** Returns what is known of a machine by its environment and the files below `root`. */
export function thisMachine(env: Readonly<Record<string, string | undefined>> = process.env, root = '/'): KnownMachine {
  const file = join(root, 'etc/machine-id');
  const machine = machineName({
    env,
    hasContainerFile: containerFiles.some((name) => existsSync(join(root, name))),
    id: read(() => readFileSync(file, 'utf8')) ?? '',
    fileSystem: read(() => statfsSync(file).type) ?? 0,
  });
  return { machine, host: hostname(), cards: cardsOf(join(root, 'sys/class/net')) };
}

/** Returns the addresses of the network cards. An interface without a device, such as that of a container or a VPN, comes and goes. */
function cardsOf(interfaces: string): string {
  const names = read(() => readdirSync(interfaces)) ?? [];
  const cards = names.filter((name) => existsSync(join(interfaces, name, 'device')));
  return cards
    .flatMap((name) => read(() => readFileSync(join(interfaces, name, 'address'), 'utf8').trim()) ?? [])
    .toSorted()
    .join(' ');
}

/** Returns the place of a state folder. The folder must exist. */
export function placeOf(state: string, machine: KnownMachine = thisMachine()): StatePlace {
  const { ino, dev } = statSync(state, { bigint: true });
  return { ...machine, path: realpathSync(state), inode: String(ino), device: String(dev) };
}

/** Returns undefined for what this machine does not have, or does not show. */
function read<Found>(look: () => Found): Found | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
