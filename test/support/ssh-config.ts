/**
 * Gives one test file its own ssh config. OpenSSH ignores $HOME and finds the home folder in the password database. So a program named `ssh` comes
 * first on PATH, and passes the config with -F.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Makes every `ssh` that this process starts use the given config. Returns a function that restores the former state. */
export function useSshConfig(folder: string, text: string): () => void {
  const config = join(folder, 'ssh_config');
  writeFileSync(config, text);
  return useSsh(folder, `config=${config}`);
}

/** Makes every `ssh` to the host NAME use the config `NAME.config` of the folder. Returns a function that restores the former state. */
export const useSshConfigs = (folder: string): (() => void) =>
  useSsh(folder, `for word; do [ ! -f "${folder}/$word.config" ] || config=${folder}/$word.config; done`);

/** `choose` is the line of a shell that sets `config`. */
function useSsh(folder: string, choose: string): () => void {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'ssh'), `#!/bin/sh\n${choose}\nPATH=\${PATH#*:} exec ssh -F "$config" "$@"\n`, { mode: 0o755 });
  const path = process.env['PATH'];
  process.env['PATH'] = `${bin}:${path}`;
  return () => {
    process.env['PATH'] = path;
  };
}

/** Returns a Host block. The keys of `settings` are ssh's own names, as in `{ ProxyJump: 'bastion' }`. */
export const hostBlock = (name: string, settings: Readonly<Record<string, string | number>>): string =>
  [`Host ${name}`, ...Object.entries(settings).map(([key, value]) => `  ${key} ${value}`), ''].join('\n');
