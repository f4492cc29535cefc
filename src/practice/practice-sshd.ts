/**
 * Practice nodes: machines made on this machine, to learn and test on. Each has its own sshd on its own port, host key, login key and 0700 home;
 * as root its own user too, so that no node can read another's files and sync is real. What is made here is removed by `removePracticeNode`.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { findPrograms, systemFolders } from '../system/find-program.ts';
import { RingmasterError } from '../domain/failure/error.ts';

export interface PracticeRequest {
  readonly id: string;
  /** Folder for keys and settings, and for the home where its user can reach it. */
  readonly root: string;
  readonly address: string;
  readonly port: number;
  /** Login name made for the node when we are root. */
  readonly userName: string;
  readonly log?: (line: string) => void;
}

export interface PracticeNode {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly identityFile: string;
  readonly knownHostsFile: string;
  /** The node's folder for Ringmaster, absolute. */
  readonly folder: string;
  readonly home: string;
  readonly configFile: string;
}

const isRoot = (): boolean => process.getuid?.() === 0;
const run = (program: string, args: readonly string[]): string =>
  execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

const traversable = (path: string): boolean => {
  for (let at = path; ; at = dirname(at)) {
    if (existsSync(at) && (statSync(at).mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
};

/** Under `root` where another user may go (no 0700 folder above it), else under /var/lib, in a folder named after `root`. */
function homeRoot(root: string): string {
  if (!isRoot() || traversable(root)) return root;
  return join('/var/lib/ringmaster-practice', createHash('sha256').update(root).digest('hex').slice(0, 12));
}

export async function preparePracticeNode({ id, root, address, port, userName, log = () => undefined }: PracticeRequest): Promise<PracticeNode> {
  const keys = join(root, `${id}.keys`);
  const homes = homeRoot(root);
  const home = join(homes, id);
  mkdirSync(keys, { recursive: true });
  mkdirSync(homes, { recursive: true, mode: 0o755 });
  chmodSync(keys, 0o700);
  if (isRoot()) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  for (const name of ['host', 'login'])
    if (!existsSync(join(keys, name))) run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', `practice ${name} ${id}`, '-f', join(keys, name)]);
  const user = isRoot() ? ensureUser(userName, home, log) : userInfo().username;
  mkdirSync(join(home, '.ssh'), { recursive: true });
  writeFileSync(join(home, '.ssh', 'authorized_keys'), readFileSync(join(keys, 'login.pub')));
  chmodSync(home, 0o700);
  if (isRoot()) run('chown', ['-R', `${user}:`, home]);
  const [type, key] = readFileSync(join(keys, 'host.pub'), 'utf8').split(' ');
  writeFileSync(join(keys, 'known_hosts'), `[${address}]:${port} ${type} ${key}\n`);
  const configFile = join(keys, 'sshd_config');
  writeFileSync(
    configFile,
    sshdConfig({
      address,
      port,
      hostKey: join(keys, 'host'),
      authorizedKeys: join(home, '.ssh', 'authorized_keys'),
      path: `${nodeFolder(homes)}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin`,
    }),
  );
  return {
    host: address,
    port,
    user,
    identityFile: join(keys, 'login'),
    knownHostsFile: join(keys, 'known_hosts'),
    folder: join(home, 'ringmaster'),
    home,
    configFile,
  };
}

/** Keys only; one small file; defaults of a plain sshd otherwise, so that what works here works there. */
const sshdConfig = ({
  address,
  port,
  hostKey,
  authorizedKeys,
  path,
}: {
  readonly address: string;
  readonly port: number;
  readonly hostKey: string;
  readonly authorizedKeys: string;
  readonly path: string;
}): string =>
  [
    `ListenAddress ${address}`,
    `Port ${port}`,
    `HostKey ${hostKey}`,
    `AuthorizedKeysFile ${authorizedKeys}`,
    'PidFile none',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    // State folders may lie under a folder others can write to (/tmp); the key file itself is in a 0700 home.
    'StrictModes no',
    `SetEnv PATH=${path}`,
    '',
  ].join('\n');

/** Home of a login name; undefined: there is no such user. */
const homeOf = (name: string): string | undefined =>
  readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .find((fields) => fields[0] === name)?.[5];

/** The system account has no password ('*', not locked: sshd refuses locked ones) and the uid that owns the home, if there is one already. */
function ensureUser(name: string, home: string, log: (line: string) => void): string {
  const known = homeOf(name);
  if (known === home) return name;
  if (known !== undefined) {
    throw new RingmasterError('config.invalid', {
      cannot: 'make a practice node',
      because: `there is a user ${name} already, who lives in ${known} and not in ${home}`,
      hint: { say: 'another name for the cluster or the node, or `ringmaster down --purge` where that user was made' },
      fields: { user: name },
    });
  }
  const uid = existsSync(home) && statSync(home).uid !== 0 ? ['--uid', String(statSync(home).uid)] : [];
  run('useradd', ['--system', '--no-create-home', '--home-dir', home, '--shell', '/bin/sh', '--password', '*', ...uid, name]);
  log(`made user ${name}`);
  return name;
}

/** Where the nodes' users find `node`: ours, or a copy when ours lies where they cannot go. */
function nodeFolder(homes: string): string {
  if (!isRoot() || (traversable(process.execPath) && (statSync(process.execPath).mode & 0o005) === 0o005)) return dirname(process.execPath);
  const copy = join(homes, 'bin', 'node');
  if (!existsSync(copy)) {
    mkdirSync(dirname(copy), { recursive: true, mode: 0o755 });
    copyFileSync(process.execPath, copy);
    chmodSync(copy, 0o755);
    chownSync(copy, 0, 0);
  }
  return dirname(copy);
}

/** argv of the node's sshd, in the foreground; killing it leaves sessions and jobs alone. */
export function practiceSshdCommand({ configFile }: PracticeNode): readonly string[] {
  const [sshd] = findPrograms('sshd', [...systemFolders, '/usr/bin']);
  if (sshd !== undefined) return [sshd, '-D', '-e', '-f', configFile];
  throw new RingmasterError('server.not-found', {
    cannot: 'make a practice node',
    because: 'sshd is not installed here',
    hint: { say: '`node scripts/setup.mjs`, or installing openssh-server' },
  });
}

/** Its user (only one that lives in this node's home), home and keys; with the last node also the place made for homes. */
export async function removePracticeNode({ id, root, userName }: PracticeRequest): Promise<void> {
  const homes = homeRoot(root);
  const home = join(homes, id);
  if (isRoot() && homeOf(userName) === home) run('userdel', ['-f', userName]);
  rmSync(home, { recursive: true, force: true });
  rmSync(join(root, `${id}.keys`), { recursive: true, force: true });
  if (homes === root || !existsSync(homes) || readdirSync(homes).some((name) => name !== 'bin')) return;
  rmSync(homes, { recursive: true });
}
