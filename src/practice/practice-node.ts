/**
 * A practice node: a machine made on this machine, to learn and test on. It has its own sshd on its own port, a host key, a login key and a 0700
 * home. When we are root the node also has its own user, so that no node can read the files of another and a sync really copies. `removePracticeNode`
 * removes everything that is made here.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RingmasterError } from '../domain/failure/error.ts';
import { ownUid, passwordEntry } from '../system/own-user.ts';
import { clusterKey } from '../domain/cluster/cluster-key.ts';
import { besideHome, homesFolder, makeOpenFolder, nodeProgramFolder, removeEmptyHomes } from './practice-homes.ts';
import { sshdConfig } from './practice-sshd.ts';
import { endUser, ensureUser, giveHome, isRoot, moveHome, removeUser } from './practice-user.ts';

export interface PracticeRequest {
  readonly id: string;
  /** The folder for keys and settings. The home is in this folder too when the node's user can reach it. */
  readonly root: string;
  readonly address: string;
  readonly port: number;
  /** The login name of the node's user. The user is made only when we are root. */
  readonly userName: string;
  readonly log?: (line: string) => void;
}

export interface PracticeNode {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly identityFile: string;
  readonly knownHostsFile: string;
  /** The keys that the node's sshd lets in. The node's user can read this file and not change it. */
  readonly authorizedKeys: string;
  /** The node's folder for Ringmaster, absolute. */
  readonly folder: string;
  readonly home: string;
  /** Settings of the node's sshd. */
  readonly configFile: string;
}

/** Makes the node's user, keys, home and settings. Keeps those that exist, so a repeat changes nothing. */
export async function preparePracticeNode({ id, root, address, port, userName, log = () => undefined }: PracticeRequest): Promise<PracticeNode> {
  const user = isRoot() ? userName : ownNameFor(id);
  const keys = keysFolder(root, id);
  const homes = homesFolder(root);
  const home = join(homes, id);
  if (isRoot()) makeOpenFolder(homes);
  mkdirSync(keys, { recursive: true });
  chmodSync(keys, 0o700);
  if (isRoot()) makeOpenFolder('/run/sshd');
  for (const name of ['host', 'login']) makeKey(join(keys, name), `practice ${name} ${id}`);
  if (isRoot()) {
    await moveHome(userName, join(root, id), home);
    ensureUser(userName, home, log);
  }
  // Programs of the node own all that is in the home and can put links there. So nothing is written, read or given away below the home.
  if (!existsSync(home)) mkdirSync(home);
  chmodSync(home, 0o700);
  if (isRoot()) giveHome(user, home);
  const beside = besideHome({ root, id });
  makeOpenFolder(beside);
  const authorizedKeys = join(beside, 'authorized_keys');
  copyFileSync(join(keys, 'login.pub'), authorizedKeys);
  chmodSync(authorizedKeys, 0o644);
  const [type, key] = readFileSync(join(keys, 'host.pub'), 'utf8').split(' ');
  const knownHostsFile = join(keys, 'known_hosts');
  writeFileSync(knownHostsFile, `[${address}]:${port} ${type} ${key}\n`);
  const configFile = join(keys, 'sshd_config');
  const path = `${nodeProgramFolder(homes)}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin`;
  writeFileSync(configFile, sshdConfig({ address, port, hostKey: join(keys, 'host'), authorizedKeys, path }));
  const identityFile = join(keys, 'login');
  return { host: address, port, user, identityFile, authorizedKeys, knownHostsFile, folder: practiceFolder({ id, root }), home, configFile };
}

/**
 * Removes the node's home and keys. Ends the processes of the node's user and removes the user if the user's home is that home. After the last node, also removes the folder of homes.
 */
export async function removePracticeNode({ id, root, userName }: PracticeRequest): Promise<void> {
  const home = homeFolder({ id, root });
  if (isRoot()) {
    await endUser(userName, home);
    removeUser(userName, home);
  }
  // `rm` follows no link, also when a program puts one in place of a folder while `rm` is in it.
  execFileSync('rm', ['-rf', '--', home], { stdio: ['ignore', 'pipe', 'pipe'] });
  rmSync(keysFolder(root, id), { recursive: true, force: true });
  rmSync(besideHome({ root, id }), { recursive: true, force: true });
  removeEmptyHomes(root);
}

/** Returns the name of our own user, who logs in to the practice node when we are not root. */
function ownNameFor(id: string): string {
  const entry = passwordEntry();
  if (entry !== undefined) return entry.username;
  throw new RingmasterError('config.invalid', {
    cannot: `make practice node ${id}`,
    because: `sshd lets in only users of the password database, and the database lacks user id ${ownUid()}`,
    hint: { say: `a user that the database has, or \`${clusterKey('local')}: true\` in place of \`${clusterKey('practice')}\`` },
    fields: { node: id, uid: ownUid() },
  });
}

type Place = Pick<PracticeRequest, 'id' | 'root'>;

export const homeFolder = ({ id, root }: Place): string => join(homesFolder(root), id);

/** Returns the node's folder for Ringmaster. */
export const practiceFolder = (place: Place): string => join(homeFolder(place), 'ringmaster');

const keysFolder = (root: string, id: string): string => join(root, `${id}.keys`);

/** Returns the ids of the practice nodes that were made in this folder. */
export const keptPracticeNodes = (root: string): readonly string[] =>
  existsSync(root) ? readdirSync(root).flatMap((name) => (name.endsWith('.keys') ? [name.slice(0, -'.keys'.length)] : [])) : [];

function makeKey(file: string, comment: string): void {
  if (!existsSync(file))
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', file], { stdio: ['ignore', 'pipe', 'pipe'] });
}
