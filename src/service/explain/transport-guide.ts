import { clusterKey } from '../../domain/cluster/cluster-key.ts';
import type { FailureAdvice } from './failure-advice.ts';

const node = { run: 'ringmaster node show {node}' };
const doctor = { run: 'ringmaster doctor' };

/** The advice for failures on the way to a node. */
export const transportGuide = {
  'transport.unreachable': {
    meaning: 'No connection to the node could be made. Unreachable is not failed: its jobs may still be running, and are not started elsewhere.',
    next: [node, { say: 'connect to the node by hand with the same user and port; look at its network and its sshd' }],
  },
  'transport.unknown-host': {
    meaning:
      'The name of the host has no address: neither ssh_config, nor /etc/hosts, nor a name server knows it. The message names the nearest host that ' +
      'the configuration of ssh has, if one is near.',
    next: [
      { say: `check ${clusterKey('ssh.host')} of the node in the cluster file; this must work`, run: 'ssh -T -o RemoteCommand=none HOST true' },
      { say: 'without a name server, use an address, or HostName in the configuration of ssh' },
    ],
  },
  'transport.connection-lost': {
    meaning: 'A connection to the node broke. The programs on the node go on; the watcher connects again.',
    next: [node],
  },
  'transport.busy': {
    meaning:
      'The node or a limit of ours took no more connections at this moment. Above MaxStartups, sshd drops unauthenticated connections at random.',
    next: [{ say: 'if it happens again, raise MaxStartups and MaxSessions in the sshd_config of the node' }],
  },
  'transport.timeout': {
    meaning: 'The other side accepted the request and then did not reply within the limit.',
    next: [node, { say: 'look at the load and the disk of the node: a process in state D blocks its shell' }],
  },
  'transport.cancelled': {
    meaning:
      'A command or a copy was cut off because the process of ours that ran it was stopping. This says nothing about the item: the step is repeated.',
    next: [{ say: 'nothing to do while Temporal repeats the step' }, node],
  },
  'transport.host-key-unknown': {
    meaning: 'The host key of the node is not in the known_hosts file. Ringmaster never accepts a key on first sight.',
    next: [
      { say: 'read the fingerprint on the machine itself', run: 'ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub' },
      { say: 'if it is the same, add the key; behind a jump host, the message has the command', run: 'ssh-keyscan -p PORT HOST >> FILE' },
      doctor,
    ],
  },
  'transport.host-key-changed': {
    meaning: 'The node shows another host key than known_hosts has. Either the machine was set up again, or another machine has its address.',
    next: [
      { say: 'find out first which of the two it is' },
      { say: 'then remove the old key (with port 22, its name is HOST alone) and add the new one', run: "ssh-keygen -R '[HOST]:PORT' -f FILE" },
    ],
  },
  'transport.authentication': {
    meaning: 'sshd refused our key or our user.',
    next: [
      {
        say: 'this must work without a question; behind a jump host, with -J JUMP',
        run: 'ssh -T -o RemoteCommand=none -p PORT -i KEY USER@HOST true',
      },
      {
        say: `check ${clusterKey('ssh.user')} and ${clusterKey('ssh.identityFile')} of the node in the cluster file, and authorized_keys on the node`,
      },
    ],
  },
  'transport.ssh-config': {
    meaning: 'ssh refuses the configuration of this machine, so no connection that it decides about can be made. Jobs on the node go on.',
    next: [{ say: 'correct the file and the line that the message names; this must print settings', run: 'ssh -G HOST' }],
  },
  'transport.ssh-option': {
    meaning:
      'The configuration of ssh asks for something that Ringmaster never does, or that this machine or the host cannot do. The message names the ' +
      'option, and the file and the line that have it. ' +
      'docs/cluster-file.md lists what Ringmaster does with each option.',
    next: [{ say: 'do what the message says' }, doctor],
  },
  'transport.no-shell': {
    meaning:
      'The login on the node runs no program: its shell is none (nologin, git-shell, internal-sftp), or a forced command or a start-up file is in the ' +
      'way, reads the whole standard input, or moves or changes the standard output. The message quotes what the host said.',
    next: [
      { say: 'give the user a shell, as root on the node', run: 'usermod --shell /bin/sh USER' },
      {
        say: 'or remove `command=` from the key in authorized_keys and ForceCommand from sshd_config, and put what prints, reads or redirects behind `[ -t 0 ] &&`',
      },
      { say: 'this must print ok and nothing else; behind a jump host, with -J JUMP', run: 'ssh -T -o RemoteCommand=none -p PORT USER@HOST echo ok' },
      doctor,
    ],
  },
  'transport.no-shell-tool': {
    meaning: 'A program that Ringmaster needs is missing on a node or on this machine (a POSIX shell, flock, rsync, sha256sum …).',
    next: [{ say: 'install the program on the machine that the message names' }, doctor],
  },
  'transport.command': {
    meaning: 'A command of ours ran on the node and failed there.',
    next: [node, { say: 'the message has its last words; try it on the node by hand' }],
  },
} as const satisfies Readonly<Record<string, FailureAdvice>>;
