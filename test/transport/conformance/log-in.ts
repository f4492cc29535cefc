import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { PracticeHost } from '../../support/practice-node.ts';
import type { LoginRow } from './logins.ts';

/** Gives the node's user the login of a row, and removes the node's folder. Returns a function that takes the login away. Only root can do this. */
export function logIn({ node }: PracticeHost, { shell, files = {}, forced }: LoginRow): () => void {
  const { home, user, folder, authorizedKeys: keys } = node;
  rmSync(folder, { recursive: true, force: true });
  const before = readFileSync(keys, 'utf8');
  execFileSync('usermod', ['--shell', linkedShell(shell), user], { stdio: 'ignore' });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text);
    execFileSync('chown', ['-R', `${user}:`, join(home, path.split('/')[0] ?? '')]);
  }
  if (forced !== undefined) writeFileSync(keys, `command="${forced}" ${before}`);
  return () => {
    writeFileSync(keys, before);
    for (const path of Object.keys(files)) rmSync(join(home, path));
    execFileSync('usermod', ['--shell', '/bin/sh', user], { stdio: 'ignore' });
  };
}

/** The links that stand for a login shell, and the program of each. The program acts as the shell of the link's name. */
const linkedShells: Readonly<Record<string, readonly [name: string, program: string]>> = {
  busybox: ['ash', 'busybox'],
  'sh-bash': ['sh', 'bash'],
  'sh-mksh': ['sh', 'mksh'],
};

/** Returns the path of a login shell, and makes the link that stands for it. */
function linkedShell(shell: string): string {
  const [name, program] = linkedShells[shell] ?? [];
  if (name === undefined || program === undefined) return shell;
  const path = join(tmpdir(), shell, name);
  if (existsSync(path)) return path;
  mkdirSync(dirname(path));
  symlinkSync(execFileSync('which', [program], { encoding: 'utf8' }).trim(), path);
  return path;
}

/** Makes a folder of links to all programs on the PATH but rsync, so that trees travel by tar. Returns the path of the folder. */
export function programsWithoutRsync(at: string): string {
  const bin = join(at, 'without-rsync');
  mkdirSync(bin);
  for (const folder of (process.env['PATH'] ?? '').split(':').filter((path) => existsSync(path)))
    for (const name of readdirSync(folder)) if (name !== 'rsync' && !existsSync(join(bin, name))) symlinkSync(join(folder, name), join(bin, name));
  return bin;
}
