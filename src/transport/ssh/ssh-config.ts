import { connectionEnvironment } from './setting/connection-environment.ts';
import { given } from '../../base/given.ts';
import { sshLimits } from '../limits.ts';
import { quoteAll } from '../../base/quote.ts';
import type { NodeAddress } from '../machine.ts';
import { isCertified, knownKeys } from './known-hosts.ts';
import { configRefused } from './setting/config-refused.ts';
import { expandPath } from './setting/expand-path.ts';
import { optionPath } from './setting/option-path.ts';
import { readSshSettings, type SshSettings } from './setting/ssh-settings.ts';
import { splitPaths } from './setting/split-paths.ts';
import { treatmentOf } from './setting/setting-table.ts';
import { whySystemSsh } from './why-system-ssh.ts';

/**
 * How to reach a node over ssh. `loginMs` is the time limit of a login that the cluster file gives. `handOptions` are the options of a command that a person
 * runs, once the user's files are known.
 */
export type SshAddress = Extract<NodeAddress['connect'], { type: 'ssh' }> & { readonly loginMs?: number; readonly handOptions?: readonly string[] };

export interface SshTarget {
  /** The host argument for `ssh`, as the cluster file has it. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly identityFiles: readonly string[];
  /** True when an agent may be asked for keys. */
  readonly asksAgent: boolean;
  readonly knownHostsFiles: readonly string[];
  /** The name of the host in known_hosts: HostKeyAlias if there is one, otherwise `host` or `[host]:port`. */
  readonly keyName: string;
  /** The value of StrictHostKeyChecking in the user's files. Ringmaster itself is always strict. */
  readonly strictness: string;
  /** The settings that have another value than ssh's own default, by their names in small letters, with their first value. */
  readonly changed: Readonly<Record<string, string>>;
  /** The reason why only the system's ssh can reach the host. Undefined when npm ssh2 can reach the host. */
  readonly systemSsh: string | undefined;
  /** The value of ProxyJump or ProxyCommand, if the host has one. */
  readonly via: string | undefined;
  /** The connection must be open within `tcpMs`, and the login must have ended within `loginMs`. */
  readonly tcpMs: number;
  readonly loginMs: number;
  /** The variables that SendEnv and SetEnv send to the host with each command. */
  readonly env: Readonly<Record<string, string>>;
  /** The socket of a master that the user may have opened for this host (ControlPath). */
  readonly userControlPath: string | undefined;
  /** The command with which a person opens a master for this host. */
  readonly openByHand: string;
  /** True when ssh may log in by a Kerberos ticket, which npm ssh2 cannot. */
  readonly usesKerberos: boolean;
  /** The command with which a person makes the same connection by hand. */
  readonly byHand: string;
  readonly handOptions: readonly string[];
  /** The options for every call of the system's ssh for this host. */
  readonly options: readonly string[];
}

/**
 * Returns how `ssh` itself would connect to this host. `ssh -G` evaluates `~/.ssh/config` with its Include and Match lines. Values of the cluster
 * file have priority over values of `~/.ssh/config`.
 */
export async function resolveSsh(node: string, address: SshAddress): Promise<SshTarget> {
  const settings = await readSshSettings(address.host, ownOptions(address)).catch((error: unknown) => {
    throw configRefused(node, address.host, error);
  });
  const { all, one } = settings;
  const host = one('hostname') || address.host;
  const port = Number(one('port') || 22);
  const user = one('user');
  const alias = one('hostkeyalias');
  const keyName = alias !== '' ? alias : port === 22 ? host : `[${host}]:${port}`;
  const proxyJump = one('proxyjump').replace(/^none$/, '');
  const expanded = filesIn(all('identityfile')).map((file) => ({
    file,
    path: expandPath(file, { name: address.host.replace(/^.*@/, ''), host, port, user, keyName, proxyJump }),
  }));
  const identityFiles = expanded.flatMap(({ path }) => path ?? []);
  const knownHostsFiles =
    address.knownHostsFile === undefined
      ? [...splitPaths(one('userknownhostsfile')), ...splitPaths(one('globalknownhostsfile'))]
      : [address.knownHostsFile];
  const isNamed = address.identityFile !== undefined;
  const known = await knownKeys(keyName, knownHostsFiles);
  const systemSsh = await whySystemSsh({
    ...settings,
    identityFiles,
    named: isNamed,
    certified: await isCertified(keyName, knownHostsFiles),
    keyTypes: known.flatMap(({ type, revoked }) => (revoked ? [] : [type])),
    ...given({ unexpanded: expanded.find(({ path }) => path === undefined)?.file }),
  });
  const via = [one('proxyjump'), one('proxycommand')].find((way) => way !== '' && way !== 'none');
  const { tcpMs, loginMs } = loginLimits(address, one('connecttimeout'));
  const controlPath = one('controlpath');
  const handOptions = optionsByHand(settings);
  return {
    name: address.host,
    host,
    port,
    user,
    identityFiles,
    asksAgent: !isNamed && one('identitiesonly') !== 'yes' && one('identityagent') !== 'none',
    knownHostsFiles,
    keyName,
    strictness: one('stricthostkeychecking'),
    changed: Object.fromEntries(settings.changed.map((setting) => [setting, one(setting)])),
    systemSsh,
    via,
    tcpMs,
    loginMs,
    env: connectionEnvironment(settings),
    userControlPath: controlPath === '' || controlPath === 'none' ? undefined : controlPath,
    usesKerberos: one('gssapiauthentication') === 'yes',
    byHand: byHand({ ...address, handOptions }, 'true'),
    openByHand: byHand({ ...address, handOptions }),
    handOptions,
    options: sshOptions(address, settings, loginMs),
  };
}

/** Returns the files of a setting. ssh takes the word `none` for no file, in capitals too. */
const filesIn = (values: readonly string[]): readonly string[] => values.filter((value) => value.toLowerCase() !== 'none');

/**
 * Returns the time limits of a login. The cluster file's limit wins. Without it, the user's ConnectTimeout extends ours, because the user knows how
 * slow the host is. It never shortens ours: ssh does not apply it to the login itself.
 */
function loginLimits({ loginMs }: SshAddress, connectTimeout: string): { readonly tcpMs: number; readonly loginMs: number } {
  if (loginMs !== undefined) return { tcpMs: loginMs, loginMs };
  const users = Number(connectTimeout) * 1_000 || 0;
  return { tcpMs: Math.max(sshLimits.tcpMsMax, users), loginMs: Math.max(sshLimits.loginMsMax, users) };
}

/** Returns the cluster file's values as options of ssh. */
const ownOptions = ({ port, user, identityFile, knownHostsFile }: SshAddress): readonly string[] => [
  ...(port === undefined ? [] : ['-p', String(port)]),
  ...(user === undefined ? [] : ['-l', user]),
  ...(identityFile === undefined ? [] : ['-o', `IdentityFile=${optionPath(identityFile)}`, '-o', 'IdentitiesOnly=yes']),
  ...(knownHostsFile === undefined ? [] : ['-o', `UserKnownHostsFile=${optionPath(knownHostsFile)}`, '-o', 'GlobalKnownHostsFile=none']),
];

/**
 * Returns the command line with which a person runs a command on the host, with what the cluster file says of the connection. Without a command, the command
 * line opens a connection that stays open.
 */
export function byHand(address: SshAddress, command?: string): string {
  const options = ownOptions(address).map((option) => option.replace(/^(\w+)="([\w@+=:,./-]+)"$/, '$1=$2'));
  const [how, end] = command === undefined ? ['-fNM', []] : ['-T', [command]];
  return quoteAll(['ssh', how, ...(address.handOptions ?? []), ...options, address.host, ...end]);
}

/** Returns the options that switch off what the user's files switch on and what never fits a command. */
const offsIn = ({ changed }: SshSettings): readonly string[] => [
  ...new Set(
    changed.flatMap((name) => {
      const treatment = treatmentOf(name);
      return treatment.does === 'off' ? [treatment.option] : [];
    }),
  ),
];

/** A person needs the questions and the messages of ssh. */
const forPerson: Readonly<Record<string, string>> = {
  batchmode: 'BatchMode=no',
  stricthostkeychecking: 'StrictHostKeyChecking=ask',
  loglevel: 'LogLevel=INFO',
};

const optionsByHand = (settings: SshSettings): readonly string[] =>
  [...offsIn(settings), ...settings.changed.flatMap((name) => forPerson[name] ?? [])].flatMap((option) => ['-o', option]);

/**
 * Returns the options for the system's `ssh`. With these options `ssh` asks no question, accepts no unknown host key, and does nothing beside the
 * command that it is given. In ssh the first value of an option wins, so these values win over the user's files. An option that switches something
 * off is given only where the user's files switch it on, because an older ssh refuses options that it does not know.
 */
function sshOptions(address: SshAddress, settings: SshSettings, loginMs: number): readonly string[] {
  // The fastest cipher of most processors comes first in transfers. A list of the user's own stays as it is: the host may have no other cipher.
  const cipher = settings.changed.includes('ciphers') ? [] : ['Ciphers=^aes128-gcm@openssh.com'];
  const options = [
    'BatchMode=yes',
    'StrictHostKeyChecking=yes',
    'LogLevel=INFO',
    `ConnectTimeout=${Math.ceil(loginMs / 1_000)}`,
    'ConnectionAttempts=1',
    ...offsIn(settings),
    ...cipher,
  ];
  return [...options.flatMap((option) => ['-o', option]), ...ownOptions(address)];
}

/** Returns the options for a host whose settings are not known yet. */
export const strictOptions = (address: SshAddress): readonly string[] => [
  ...['BatchMode=yes', 'StrictHostKeyChecking=yes', 'NoHostAuthenticationForLocalhost=no', 'ClearAllForwardings=yes'].flatMap((option) => [
    '-o',
    option,
  ]),
  ...ownOptions(address),
];

/** Returns the options with which the ssh of rsync and tar notices a lost connection. */
export const transferKeepalive: readonly string[] = [
  '-o',
  `ServerAliveInterval=${sshLimits.transferKeepaliveSeconds}`,
  '-o',
  `ServerAliveCountMax=${sshLimits.transferKeepaliveMissesMax}`,
];
