import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { clusterKey } from '../../domain/cluster/cluster-key.ts';
import { RingmasterError } from '../../domain/failure/error.ts';
import { quote } from '../../base/quote.ts';
import { placeOf } from './setting/config-files.ts';
import { optionPath } from './setting/option-path.ts';
import type { SshTarget } from './ssh-config.ts';

const usualFile = '~/.ssh/known_hosts';
/** ssh takes this file as a place that keeps nothing. */
const keepsNothing = '/dev/null';

/** Returns the fingerprint of a key, as ssh prints it. */
export const fingerprint = (key: Buffer): string => `SHA256:${createHash('sha256').update(key).digest('base64').replaceAll('=', '')}`;

const fileOf = ({ knownHostsFiles }: SshTarget): string => knownHostsFiles[0] ?? usualFile;

/** Returns whether ssh keeps the keys of hosts for this user. */
const isKept = ({ knownHostsFiles, changed }: SshTarget): boolean =>
  knownHostsFiles[0] !== undefined && knownHostsFiles[0] !== keepsNothing && changed['userknownhostsfile'] !== 'none';

/** Returns the beginning of a command that adds to a file: it makes the folder of the file when there is none. */
function withFolder(file: string): string {
  const folder = dirname(file);
  const path = folder.replace(/^~/, () => process.env['HOME'] ?? homedir());
  return existsSync(path) ? '' : `mkdir -p ${file === usualFile ? folder : quote(folder)} && `;
}

/**
 * Returns the command with which an operator adds the host's key to known_hosts. ssh-keyscan cannot go through a jump host. For a host behind a jump
 * host the command is therefore a plain `ssh`, which shows the fingerprint and asks the operator. ssh-keyscan writes the address of the host, and
 * known_hosts must have the name by which ssh looks up the key.
 */
function fetchKey(target: SshTarget, file: string): string {
  const { via, host, port, keyName } = target;
  const quoted = file === usualFile ? file : quote(file);
  if (via !== undefined) {
    const option = file === usualFile ? `UserKnownHostsFile=${file}` : quote(`UserKnownHostsFile=${/[\s"%\\]/.test(file) ? optionPath(file) : file}`);
    return target.byHand.replace(/^ssh /, () => `${withFolder(file)}ssh -o ${option} `);
  }
  const scanned = port === 22 ? host : `[${host}]:${port}`;
  const renamed = keyName === scanned ? '' : ` | sed ${quote(`s/^[^ ]*/${keyName.replaceAll(/[\\/&]/g, String.raw`\$&`)}/`)}`;
  return `${withFolder(file)}ssh-keyscan -p ${port} ${quote(host)}${renamed} >> ${quoted}`;
}

export function hostKeyUnknown(node: string, target: SshTarget, print: string): RingmasterError {
  const isLax = ['false', 'no', 'off', 'accept-new'].includes(target.strictness);
  const file = isKept(target) ? fileOf(target) : usualFile;
  const where = target.knownHostsFiles.length === 0 ? 'any file of known hosts, because ssh reads none' : fileOf(target);
  const named = isKept(target) ? '' : ` and naming ${usualFile} as ${clusterKey('ssh.knownHostsFile')} of the node in the cluster file`;
  const run = fetchKey(target, file);
  const compare = "comparing the fingerprint with the machine's own, then adding the key";
  if (!isLax)
    return new RingmasterError('transport.host-key-unknown', {
      cannot: `connect to node ${node}`,
      because: `the key of ${target.keyName} (${print}) is not in ${where}`,
      hint: { say: `${compare}${named}`, run },
      fields: { node, fingerprint: print },
    });
  const value = target.strictness === 'false' ? 'no' : target.strictness;
  const place = placeOf(target.name, 'StrictHostKeyChecking', target.strictness) ?? 'the configuration of ssh';
  return new RingmasterError('transport.ssh-option', {
    cannot: `connect to node ${node}`,
    because:
      `Ringmaster does not follow StrictHostKeyChecking ${value} (${place}): it accepts no key that known_hosts lacks, ` +
      `and the key of ${target.keyName} (${print}) is not in ${where}`,
    hint: { say: `${compare}${named}`, run },
    fields: { node, fingerprint: print, option: 'StrictHostKeyChecking', file: place },
  });
}

/** `file` has the line that the key breaks. */
export const hostKeyChanged = (
  node: string,
  target: SshTarget,
  shown: string,
  why: 'revoked' | 'not the one known',
  file = fileOf(target),
): RingmasterError =>
  new RingmasterError('transport.host-key-changed', {
    cannot: `connect to node ${node}`,
    because: `${target.keyName} shows ${shown}, which is ${why} in ${file}: another machine may answer there`,
    hint:
      // ssh-keygen -R leaves the lines of revoked keys.
      why === 'revoked'
        ? { say: `finding out why first; if the key was revoked by mistake, removing the line with @revoked from ${quote(file)}` }
        : {
            say: 'finding out why first; if the new key is the right one',
            run: `ssh-keygen -R '${target.keyName}' -f ${quote(file)} && ${fetchKey(target, file)}`,
          },
    fields: { node, shown },
  });
