import { clusterKey } from '../../domain/cluster/cluster-key.ts';
import type { FailureAdvice } from './failure-advice.ts';

const rest = 'Until the worker runs, everything on the node is done over SSH, and jobs go on.';
const none = { say: `or set ${clusterKey('worker')} none for the node: everything is then done over SSH` };
const again = { say: 'the worker is started again by itself, at the latest a few minutes after the cause is gone' };

/** The advice for the failures of a node's own worker. */
export const workerGuide = {
  'worker.no-node': {
    meaning: `The node has no Node.js that a login without a terminal finds, and the worker of the node needs it. Nothing was sent. ${rest}`,
    next: [
      { say: 'find it as the user of the node', run: 'command -v node' },
      { say: `write the path into ${clusterKey('nodeProgram')} of the node, or install Node.js into /usr/local` },
      none,
    ],
  },
  'worker.old-node': {
    meaning: `Each Node.js on the node is older than the worker needs. Nothing was sent. ${rest}`,
    next: [
      { say: `install a newer Node.js there; if it is in an unusual place, write its path into ${clusterKey('nodeProgram')} of the node` },
      none,
    ],
  },
  'worker.platform': {
    meaning: `The worker contains the native core of Temporal's SDK, which exists for Linux with glibc only. Nothing was sent. ${rest}`,
    next: [{ say: `set ${clusterKey('worker')} none for the node: everything is then done over SSH` }],
  },
  'worker.tunnel-refused': {
    meaning: `The worker reaches the Temporal server by a tunnel, for which sshd on the node listens on the loopback there. sshd refuses, and SSH passes no reason on. ${rest}`,
    next: [
      { say: 'look at what sshd allows, as root of the node', run: 'sshd -T' },
      { say: 'set AllowTcpForwarding yes (and remove DisableForwarding and PermitListen), then reload sshd' },
      { say: 'remove restrict and no-port-forwarding from the line of our key in authorized_keys, or add port-forwarding to it' },
      { say: `or write an address of the server into ${clusterKey('reachableAs')} of the node` },
      again,
    ],
  },
  'worker.tunnel-exposed': {
    meaning: `sshd of the node has GatewayPorts yes, so a tunnel would listen on all addresses of the node. The tunnel was closed at once. ${rest}`,
    next: [{ say: 'set GatewayPorts clientspecified (or no) in the sshd_config of the node, then reload sshd' }, again],
  },
  'worker.tunnel-full': {
    meaning:
      'Every user of the node can connect to the tunnel of its worker, so the tunnel carries a bounded number of connections at a time. So many were open that another one was not carried. The connections of the worker go on, but it cannot make a new one.',
    next: [{ say: 'on the node, find the programs that are connected to the port of the tunnel, and end those that are no worker', run: 'ss -tnp' }],
  },
  'worker.tunnel-key': {
    meaning: `The worker of a node on another machine reaches the Temporal server by a tunnel. Every user of that machine can use the tunnel, so the cluster must require a key.`,
    next: [
      { say: `set ${clusterKey('temporal.requireKey')}: true, for a new state folder; docs/security.md says what the key does` },
      none,
      { say: `or give an address of the server by ${clusterKey('temporal.reachableAs')}` },
    ],
  },
  'worker.server-unreachable': {
    meaning: `The cluster file names an address of the Temporal server, and nothing useful answers there when the node connects. Nothing was sent. ${rest}`,
    next: [
      { say: 'try it on the node', run: 'nc -vz HOST PORT' },
      { say: `correct ${clusterKey('temporal.reachableAs')}, or remove it: a worker then uses a tunnel` },
      again,
    ],
  },
} as const satisfies Readonly<Record<string, FailureAdvice>>;
