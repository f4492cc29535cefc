import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { SshTarget } from './ssh-config.ts';

/** A key in a line of known_hosts. */
interface KnownLine {
  readonly type: string;
  /** The key's wire bytes in base64. */
  readonly key: string;
  readonly revoked: boolean;
}

/** A key with the file that has its line. */
export interface KnownKey extends KnownLine {
  readonly file: string;
}

/** Returns the texts of the files. A file that does not exist counts as empty, as `ssh` treats it. */
const read = (files: readonly string[]): Promise<readonly string[]> => Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));

/**
 * Returns the keys that the files hold for a host. Names in the files may be plain, wildcards or hashed, as in `ssh`. Lines with @cert-authority hold
 * no key of a host. `isCertified` reads these lines.
 */
export async function knownKeys(name: string, files: readonly string[]): Promise<readonly KnownKey[]> {
  const texts = await read(files);
  return files.flatMap((file, at) => parseKnownHosts(name, texts[at] ?? '').map((line) => ({ ...line, file })));
}

/** Returns the keys that known_hosts has for a host. Like ssh, it takes the keys of the name alone when it has none for the name with its port. */
export async function trustedKeys({
  keyName,
  host,
  port,
  knownHostsFiles,
}: Pick<SshTarget, 'keyName' | 'host' | 'port' | 'knownHostsFiles'>): Promise<readonly KnownKey[]> {
  const known = await knownKeys(keyName, knownHostsFiles);
  return known.length > 0 || keyName !== `[${host}]:${port}` ? known : knownKeys(host, knownHostsFiles);
}

/** Returns whether the files name a certificate authority for the host. */
export async function isCertified(name: string, files: readonly string[]): Promise<boolean> {
  const lines = (await read(files)).flatMap((text) => text.split('\n').map((line) => line.trim().split(/\s+/)));
  return lines.some(([marker, hosts = '']) => marker === '@cert-authority' && matches(name, hosts));
}

export function parseKnownHosts(name: string, text: string): KnownLine[] {
  return text.split('\n').flatMap((line) => {
    const words = line.trim().split(/\s+/);
    const marker = words[0]?.startsWith('@') === true ? words.shift() : undefined;
    const [hosts = '', type, key] = words;
    if (hosts === '' || hosts.startsWith('#') || type === undefined || key === undefined) return [];
    if (marker !== undefined && marker !== '@revoked') return [];
    return matches(name, hosts) ? [{ type, key, revoked: marker === '@revoked' }] : [];
  });
}

/**
 * Returns whether a line's `hosts` field applies to the name. The field is one hashed name or a list of patterns. A matching pattern with `!`
 * excludes the line.
 */
function matches(name: string, hosts: string): boolean {
  if (hosts.startsWith('|1|')) {
    const [, , salt = '', mac] = hosts.split('|');
    return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === mac;
  }
  const patterns = hosts.toLowerCase().split(',');
  const fits = (pattern: string): boolean => wildcard(pattern).test(name.toLowerCase());
  return (
    !patterns.some((pattern) => pattern.startsWith('!') && fits(pattern.slice(1))) &&
    patterns.some((pattern) => !pattern.startsWith('!') && fits(pattern))
  );
}

const wildcard = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );
