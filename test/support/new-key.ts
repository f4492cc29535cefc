import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Makes a key pair in a folder of its own inside `folder`, and returns the path of the private key. */
export function newKeyIn(folder: string, type = 'ed25519', passphrase = ''): string {
  const path = join(mkdtempSync(join(folder, 'key-')), 'key');
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-f', path]);
  return path;
}

/** Returns the type and the key of a key pair, as a line of known_hosts has them. */
export const publicKeyOf = (path: string): string => readFileSync(`${path}.pub`, 'utf8').split(' ').slice(0, 2).join(' ');
