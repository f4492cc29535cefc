import { RingmasterError } from '../../domain/failure/error.ts';
import type { SshTarget } from './ssh-config.ts';

const fileOf = ({ knownHostsFiles }: SshTarget): string => knownHostsFiles[0] ?? '~/.ssh/known_hosts';

/**
 * Returns the command with which an operator adds the host's key to known_hosts. ssh-keyscan cannot go through a jump host. For a host behind a jump
 * host the command is therefore a plain `ssh`, which shows the fingerprint and asks the operator.
 */
const fetchKey = (target: SshTarget, name: string): string =>
  target.via === undefined
    ? `ssh-keyscan -p ${target.port} ${target.host} >> ${fileOf(target)}`
    : `ssh -o UserKnownHostsFile=${fileOf(target)} ${name} true`;

export const hostKeyUnknown = (node: string, target: SshTarget, print: string): RingmasterError =>
  new RingmasterError('transport.host-key-unknown', {
    cannot: `connect to node ${node}`,
    because: `the key of ${target.keyName} (${print}) is not in ${fileOf(target)}`,
    hint: { say: "comparing the fingerprint with the machine's own, then adding the key", run: fetchKey(target, target.name) },
    fields: { node, fingerprint: print },
  });

export const hostKeyChanged = (node: string, target: SshTarget, shown: string, why: string): RingmasterError =>
  new RingmasterError('transport.host-key-changed', {
    cannot: `connect to node ${node}`,
    because: `${target.keyName} shows ${shown}, which is ${why} in ${fileOf(target)}: another machine may answer there`,
    hint: {
      say: 'finding out why first; if the new key is the right one',
      run: `ssh-keygen -R '${target.keyName}' -f ${fileOf(target)} && ${fetchKey(target, target.name)}`,
    },
    fields: { node, shown },
  });
