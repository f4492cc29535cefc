/** An ssh config for one test file. OpenSSH finds the home in the password database and not in $HOME, so a program named `ssh` on PATH passes the file with -F. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Makes every `ssh` of this process use the config. Returns a function that undoes it. */
export function useSshConfig(folder: string, text: string): () => void {
  const bin = join(folder, 'bin');
  const config = join(folder, 'ssh_config');
  mkdirSync(bin, { recursive: true });
  writeFileSync(config, text);
  writeFileSync(join(bin, 'ssh'), `#!/bin/sh\nPATH=\${PATH#*:} exec ssh -F ${config} "$@"\n`, { mode: 0o755 });
  const path = process.env['PATH'];
  process.env['PATH'] = `${bin}:${path}`;
  return () => {
    process.env['PATH'] = path;
  };
}

/** Returns a Host block. The settings have ssh's own names, as in `{ ProxyJump: 'bastion' }`. */
export const hostBlock = (name: string, settings: Readonly<Record<string, string | number>>): string =>
  [`Host ${name}`, ...Object.entries(settings).map(([key, value]) => `  ${key} ${value}`), ''].join('\n');
