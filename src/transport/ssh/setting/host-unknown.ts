import { clusterKey } from '../../../domain/cluster/cluster-key.ts';
import { nearestName } from '../../../base/nearest-name.ts';
import { RingmasterError } from '../../../domain/failure/error.ts';
import type { SshTarget } from '../ssh-config.ts';
import { hostsInConfig } from './config-files.ts';

/** The host names that the cluster file gives for the nodes which this process has opened. */
const hostsOfNodes = new Set<string>();

/** Remembers the host of a node, so that a host name which is misspelt can be compared with it. */
export const rememberHost = (host: string): void => void hostsOfNodes.add(host);

/** Returns the failure for a host name that has no address. It names the nearest host that the user's files or the cluster file name. */
export function hostUnknown(node: string, { name, host, via }: Pick<SshTarget, 'name' | 'host' | 'via'>, why?: string): RingmasterError {
  const wanted = name.replace(/^.*@/, '');
  const others = [...hostsOfNodes].filter((other) => other !== name);
  const near = nearestName(wanted, hostsInConfig(name)) ?? nearestName(wanted, others);
  const origin = near !== undefined && others.includes(near) ? 'host of another node' : 'Host in your configuration';
  const because = `this machine cannot resolve ${host}${host === wanted ? '' : ` (${wanted})`}${why === undefined ? '' : `: ${why}`}`;
  return new RingmasterError('transport.unknown-host', {
    cannot: `connect to node ${node}`,
    because: `${because}${near === undefined ? '' : `; nearest ${origin}: ${near}`}`,
    hint:
      near === undefined || via !== undefined
        ? { say: `a name that ssh can reach, as ${clusterKey('ssh.host')} of the node in the cluster file`, run: `ssh ${wanted} true` }
        : { say: `${clusterKey('ssh.host')}: ${near} for the node in the cluster file`, run: `ssh ${near} true` },
    fields: { node, host },
  });
}
