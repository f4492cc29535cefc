/**
 * Gives one test file its own ssh config. OpenSSH ignores $HOME and finds the home folder in the password database. So a program named `ssh` comes
 * first on PATH, and passes the config with -F.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Makes every `ssh` that this process starts use the given config. Returns a function that restores the former state. */
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

/** Returns a Host block. The keys of `settings` are ssh's own names, as in `{ ProxyJump: 'bastion' }`. */
export const hostBlock = (name: string, settings: Readonly<Record<string, string | number>>): string =>
  [`Host ${name}`, ...Object.entries(settings).map(([key, value]) => `  ${key} ${value}`), ''].join('\n');
