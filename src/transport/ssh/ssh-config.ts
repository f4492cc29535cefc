import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { promisify } from 'node:util';
import { RingmasterError } from '../../domain/failure/error.ts';
import { sshLimits } from '../limits.ts';
import type { NodeAddress } from '../machine.ts';
import { isCertified } from './known-hosts.ts';
import { whySystemSsh } from './why-system-ssh.ts';

const run = promisify(execFile);

export type SshAddress = Extract<NodeAddress['connect'], { type: 'ssh' }>;

export interface SshTarget {
  /** The host argument for `ssh`, as the cluster file has it. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly identityFiles: readonly string[];
  readonly knownHostsFiles: readonly string[];
  /** The name of the host in known_hosts: HostKeyAlias if there is one, otherwise `host` or `[host]:port`. */
  readonly keyName: string;
  /** The reason why only the system's ssh can reach the host. Undefined when npm ssh2 can reach the host. */
  readonly systemSsh: string | undefined;
  /** The value of ProxyJump or ProxyCommand, if the host has one. */
  readonly via: string | undefined;
}

const expand = (path: string): string => (path.startsWith('~/') ? `${homedir()}${path.slice(1)}` : path);

/**
 * Returns how `ssh` itself would connect to this host. `ssh -G` evaluates `~/.ssh/config` with its Include and Match lines. Values of the cluster
 * file have priority over values of `~/.ssh/config`.
 */
export async function resolveSsh(address: SshAddress): Promise<SshTarget> {
  const { stdout } = await run('ssh', ['-G', ...sshOptions(address), '--', address.host], { timeout: sshLimits.resolveMsMax }).catch(
    (error: unknown) => {
      throw new RingmasterError('config.invalid', {
        cannot: `read the SSH configuration for ${address.host}`,
        because: (error as Error).message,
        hint: { run: `ssh -G ${address.host}` },
        cause: error,
      });
    },
  );
  const all = (name: string): string[] => stdout.split('\n').flatMap((line) => (line.startsWith(`${name} `) ? [line.slice(name.length + 1)] : []));
  const one = (name: string): string => all(name)[0] ?? '';
  const host = one('hostname') || address.host;
  const port = Number(one('port') || 22);
  const alias = one('hostkeyalias');
  const keyName = alias !== '' ? alias : port === 22 ? host : `[${host}]:${port}`;
  const identityFiles = all('identityfile').map(expand);
  const knownHostsFiles = `${one('userknownhostsfile')} ${one('globalknownhostsfile')}`
    .split(' ')
    .filter((file) => file !== '' && file !== 'none')
    .map(expand);
  const named = address.identityFile !== undefined;
  const systemSsh = await whySystemSsh({ all, identityFiles, named, certified: await isCertified(keyName, knownHostsFiles) });
  const via = [one('proxyjump'), one('proxycommand')].find((way) => way !== '' && way !== 'none');
  return { name: address.host, host, port, user: one('user'), identityFiles, knownHostsFiles, keyName, systemSsh, via };
}

/** Returns the cluster file's values as options of the system's `ssh`. With these options `ssh` asks no question and accepts no unknown host key. */
export const sshOptions = ({ port, user, identityFile, knownHostsFile }: SshAddress): string[] => [
  '-o',
  'BatchMode=yes',
  '-o',
  'StrictHostKeyChecking=yes',
  '-o',
  `ConnectTimeout=${sshLimits.connectSeconds}`,
  '-o',
  `ServerAliveInterval=${sshLimits.transferKeepaliveSeconds}`,
  '-o',
  `ServerAliveCountMax=${sshLimits.transferKeepaliveMissesMax}`,
  ...(port === undefined ? [] : ['-p', String(port)]),
  ...(user === undefined ? [] : ['-l', user]),
  ...(identityFile === undefined ? [] : ['-i', identityFile, '-o', 'IdentitiesOnly=yes']),
  ...(knownHostsFile === undefined ? [] : ['-o', `UserKnownHostsFile=${knownHostsFile}`, '-o', 'GlobalKnownHostsFile=none']),
];
