/** An `~/.ssh/config` for one test file: OpenSSH finds the home in the password database, not in $HOME, so a program named ssh hands it the file. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Answers the way back. */
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

/** `settings` in ssh's own words, as `{ ProxyJump: 'bastion' }`. */
export const hostBlock = (name: string, settings: Readonly<Record<string, string | number>>): string =>
  [`Host ${name}`, ...Object.entries(settings).map(([key, value]) => `  ${key} ${value}`), ''].join('\n');
