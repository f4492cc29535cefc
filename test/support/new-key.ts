import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';

/** Makes a key pair in a folder of its own inside `folder`, and returns the path of the private key. */
export function newKeyIn(folder: string, type = 'ed25519', passphrase = ''): string {
  const path = join(mkdtempSync(join(folder, 'key-')), 'key');
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-f', path]);
  return path;
}
