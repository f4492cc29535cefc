import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programsOf } from '../../support/programs-of.ts';

function programs(isKept: (name: string) => boolean): string {
  const parent = mkdtempSync(join(tmpdir(), 'programs-'));
  chmodSync(parent, 0o755);
  return programsOf(parent, isKept);
}

/** Makes the folder with the programs of each kind of node. Undefined: the programs of this machine. */
export const nodeKinds = {
  rsync: () => undefined,
  tar: () => programs((name) => name !== 'rsync'),
  'busybox tar': () => {
    const applets = execFileSync('busybox', ['--list'], { encoding: 'utf8' }).split('\n');
    const bin = programs((name) => name !== 'rsync' && !applets.includes(name));
    const busybox = execFileSync('which', ['busybox'], { encoding: 'utf8' }).trim();
    for (const name of applets) if (name !== '' && !existsSync(join(bin, name))) symlinkSync(busybox, join(bin, name));
    return bin;
  },
} as const satisfies Readonly<Record<string, () => string | undefined>>;
