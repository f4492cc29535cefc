import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface KnownKey {
  readonly type: string;
  /** The key's wire bytes in base64. */
  readonly key: string;
  readonly revoked: boolean;
}

/** What the files say about a host, plain or hashed: `ssh-keygen -F` finds it as `ssh` would. @cert-authority lines are left out: they name no key. */
export async function knownKeys(name: string, files: readonly string[]): Promise<readonly KnownKey[]> {
  const found = await Promise.all(
    files.filter((file) => existsSync(file)).map(async (file) => {
      try {
        return (await run('ssh-keygen', ['-F', name, '-f', file], { timeout: 10_000 })).stdout;
      } catch (error) {
        if ((error as { code?: unknown }).code === 1) return ''; // Not in this file.
        throw error;
      }
    }),
  );
  return found
    .flatMap((text) => text.split('\n'))
    .flatMap((line) => {
      const words = line.trim().split(/\s+/);
      if (line.startsWith('#') || words.length < 3 || words[0] === '@cert-authority') return [];
      const revoked = words[0] === '@revoked';
      const [type, key] = revoked ? words.slice(2) : words.slice(1);
      return type === undefined || key === undefined ? [] : [{ type, key, revoked }];
    });
}
