import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

const systemFolders = ['/usr/bin', '/bin'];

/** Makes the folder `bin` with links to the programs of this machine, or to those that are kept. A PATH that is this folder alone can lack a program. */
export function programsOf(parent: string, isKept: (name: string) => boolean = () => true): string {
  const made = join(parent, 'bin');
  mkdirSync(made, { mode: 0o755, recursive: true });
  for (const from of systemFolders)
    for (const name of readdirSync(from)) if (isKept(name) && !existsSync(join(made, name))) symlinkSync(join(from, name), join(made, name));
  return made;
}

/** Puts a program of this machine into the folder, as its installation does. */
export const install = (bin: string, name: string): void =>
  symlinkSync(systemFolders.map((from) => join(from, name)).find((path) => existsSync(path)) ?? '', join(bin, name));
