import { given } from '../../../base/given.ts';
import { clusterKey } from '../../../domain/cluster/cluster-key.ts';
import { RingmasterError } from '../../../domain/failure/error.ts';
import type { Hint } from '../../../domain/failure/hint.ts';
import { isUnusable, type KeyFault, readKeyFile } from '../key-file.ts';
import type { SshAddress, SshTarget } from '../ssh-config.ts';

/** The identity files of a login. */
export interface Identities {
  /** The private keys that can be offered. */
  readonly usable: readonly { readonly file: string; readonly key: Buffer }[];
  /** The files that are there and cannot be used, with the cause. */
  readonly unusable: readonly ({ readonly file: string } & KeyFault)[];
}

/**
 * Reads the identity files. Fails when the key that the cluster file names cannot be used. Any other key may be absent, and is skipped when it cannot be
 * used, as by ssh.
 */
export async function readIdentities(node: string, address: SshAddress, { identityFiles }: SshTarget): Promise<Identities> {
  const read = await Promise.all(identityFiles.map(readKeyFile));
  // The key that the cluster file names comes first. Those of the user's files follow.
  const [named] = address.identityFile === undefined ? [] : read;
  if (named?.type === 'absent' || named?.type === 'unusable') {
    const usual = { say: 'naming a readable private key without a passphrase as its identity file, or loading it into an agent and naming none' };
    throw new RingmasterError('transport.authentication', {
      cannot: `connect to node ${node}`,
      because: `its key ${named.file} cannot be used (${named.fault})`,
      hint: named.hint ?? usual,
      fields: { node, identityFile: named.file },
    });
  }
  return { usable: read.filter((one) => one.type === 'usable'), unusable: read.filter(isUnusable) };
}

/** Returns the words for a login that sshd refused. They name only the keys that were offered. `agent` is the socket of the agent that was asked. */
export function loginRefused(
  where: string,
  { user, identityFiles }: Pick<SshTarget, 'user' | 'identityFiles'>,
  { usable, unusable }: Identities,
  agent: string | undefined,
): { readonly because: string; readonly hint: Hint } {
  const left = unusable.map(({ file, fault }) => `${file} (${fault})`).join(', ');
  const notOffered = left === '' ? '' : `; not offered: ${left}`;
  const mend = unusable.find(({ hint }) => hint !== undefined)?.hint;
  const keys = `~${user}/.ssh/authorized_keys there`;
  if (usable.length > 0) {
    const offered = [...usable.map(({ file }) => file), ...(agent === undefined ? [] : [`the agent at ${agent}`])].join(', ');
    const add = { say: `adding its public half to ${keys}` };
    return { because: `${where} refused the key of ${user} (${offered})${notOffered}`, hint: mend === undefined ? add : alsoMended(add.say, mend) };
  }
  if (agent !== undefined)
    return {
      because: `${where} refused every key that the agent at ${agent} has for ${user}${notOffered}`,
      hint: { say: `loading a key that is known there into the agent (ssh-add), or adding a public half that \`ssh-add -L\` prints to ${keys}` },
    };
  if (mend !== undefined) return { because: `there is no key to offer to ${where}: ${left}`, hint: mend };
  const why =
    left !== '' ? left : identityFiles.length === 0 ? 'ssh has no identity file' : `none of these files is there: ${identityFiles.join(', ')}`;
  return {
    because: `there is no key to offer to ${where}: ${why}`,
    hint: {
      say:
        `loading a key that is known there into an agent (ssh-add) and starting Ringmaster with its SSH_AUTH_SOCK, ` +
        `or a private key without a passphrase as ${clusterKey('ssh.identityFile')} of the node in the cluster file`,
    },
  };
}

/** Returns the fix for a login that was refused with another key than the user meant. The key that the user meant has a fault. */
const alsoMended = (add: string, { say, run }: Hint): Hint => {
  const both = `${add}, or making the other key one that ssh takes${say === undefined ? '' : ` (${say})`}`;
  return { say: both, ...given({ run }) };
};
