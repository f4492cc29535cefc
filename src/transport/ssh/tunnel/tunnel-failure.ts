import { RingmasterError } from '../../../domain/failure/error.ts';
import { clusterKey } from '../../../domain/cluster/cluster-key.ts';
import { exitStatus } from '../../script/exit-status.ts';
import { tunnelLimits } from '../../limits.ts';
import type { RunResult } from '../../machine.ts';

const otherWay = `${clusterKey('reachableAs')} of the node in the cluster file, with an address of the server that the node reaches`;

/** sshd gives no reason for a refusal. These are the settings that make sshd refuse. */
export const tunnelRefused = (node: string): RingmasterError =>
  new RingmasterError('worker.tunnel-refused', {
    cannot: `open the tunnel of the worker on ${node}`,
    because: 'its sshd refuses to listen for us',
    hint: {
      say: `AllowTcpForwarding yes in the sshd_config of the node and a reload of its sshd (DisableForwarding and PermitListen there refuse too, and so do restrict and no-port-forwarding in authorized_keys), or ${otherWay}`,
    },
    fields: { node },
  });

/** The failure of a tunnel that has carried as many connections as it may, when another connection came. */
export const tunnelFull = (node: string, port: number): RingmasterError =>
  new RingmasterError('worker.tunnel-full', {
    cannot: `carry another connection through the tunnel of the worker on ${node}`,
    because: `${tunnelLimits.connectionsMax} connections to port ${port} of its loopback are open, and a worker has two`,
    hint: { say: `ending the other programs there that "ss -tnp dport = :${port}" names` },
    fields: { node },
  });

export const tunnelExposed = (node: string, noted: RunResult): RingmasterError =>
  noted.code === exitStatus.exposed
    ? new RingmasterError('worker.tunnel-exposed', {
        cannot: `open the tunnel of the worker on ${node}`,
        because: 'its sshd has GatewayPorts yes and would let other machines use the tunnel',
        hint: { say: `GatewayPorts clientspecified in the sshd_config of the node and a reload of its sshd, or ${otherWay}` },
        fields: { node },
      })
    : new RingmasterError('transport.command', {
        cannot: `note the tunnel of the worker on ${node}`,
        because: noted.stderr.trim() || `the command ended with ${noted.code ?? noted.signal}`,
        hint: { say: 'mending there what the message quotes', run: `ringmaster node show ${node}` },
        fields: { node },
      });
