/** The sshd of a practice node. */
import { RingmasterError } from '../domain/failure/error.ts';
import { findPrograms, systemFolders } from '../system/find-program.ts';

export interface SshdSettings {
  readonly address: string;
  readonly port: number;
  readonly hostKey: string;
  readonly authorizedKeys: string;
  /** PATH of the programs on the node. */
  readonly path: string;
}

/** Returns a path as one word of sshd_config. */
const quoted = (path: string): string => (/^[\w/.:@%+,=-]+$/.test(path) ? path : `"${path.replaceAll(/[\\"]/g, String.raw`\$&`)}"`);

/**
 * Returns the text of the settings. They allow login by key only. All other settings are the defaults of a plain sshd, so that a program that works
 * here also works on a real node.
 */
export const sshdConfig = ({ address, port, hostKey, authorizedKeys, path }: SshdSettings): string =>
  [
    `ListenAddress ${address}`,
    `Port ${port}`,
    `HostKey ${quoted(hostKey)}`,
    // sshd replaces tokens such as %h in this path, and in no other.
    `AuthorizedKeysFile ${quoted(authorizedKeys).replaceAll('%', '%%')}`,
    'PidFile none',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    // A state folder may be under a folder that others can write to (/tmp), which strict modes refuse. The key file itself is in a folder that only our user can change.
    'StrictModes no',
    `SetEnv PATH=${quoted(path)}`,
    '',
  ].join('\n');

/** Returns the argv of an sshd that stays in the foreground. Killing this sshd leaves its sessions and their jobs alone. */
export function practiceSshdCommand({ configFile }: { readonly configFile: string }): readonly string[] {
  const [sshd] = findPrograms('sshd', [...systemFolders, '/usr/bin']);
  if (sshd !== undefined) return [sshd, '-D', '-e', '-f', configFile];
  throw new RingmasterError('server.not-found', {
    cannot: 'make a practice node',
    because: 'sshd is not installed here',
    hint: { say: '`node scripts/setup.mjs`, or installing openssh-server' },
  });
}
