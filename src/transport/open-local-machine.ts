import { isAbsolute, join } from 'node:path';
import { noHome } from '../domain/failure/no-home.ts';
import { homeFolder } from '../system/user-folders.ts';
import { localShell } from './local-shell.ts';
import type { Machine, NodeAddress } from './machine.ts';
import { nameMissingPrograms } from './name-missing-programs.ts';
import { shellMachine } from './shell-machine.ts';

/** Returns this machine. A node's own worker uses it, so the file imports nothing of SSH: the package of the worker then has no SSH either. */
export function openLocalMachine(address: Omit<NodeAddress, 'connect'>): Machine {
  const folder = isAbsolute(address.folder) ? address.folder : inHome(address.folder);
  const machine = shellMachine({ ...address, folder, connect: { type: 'local' } }, localShell, { node: address.node, folder });
  return nameMissingPrograms(machine, localShell);
}

function inHome(folder: string): string {
  const home = homeFolder(process.env);
  if (home === undefined) throw noHome(folder);
  return join(home, folder);
}
