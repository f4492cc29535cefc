import { nearestName } from '../../../base/nearest-name.ts';
import { clusterKey } from '../../../domain/cluster/cluster-key.ts';
import { RingmasterError } from '../../../domain/failure/error.ts';
import type { SshTarget } from '../ssh-config.ts';
import { hostsInConfig, placeOf, placeOfHostName } from './config-files.ts';
import { isFound } from './has-address.ts';

interface OpenHost {
  readonly node: string;
  readonly host: string;
}

/** The hosts of the nodes that this process has open. */
const openHosts = new Set<OpenHost>();

/** Remembers the host of a node, so that no other node is advised to take the host. Returns a function that forgets the host. */
export function rememberHost(node: string, host: string): () => void {
  const open = { node, host };
  openHosts.add(open);
  return () => void openHosts.delete(open);
}

const withoutUser = (host: string): string => host.replace(/^.*@/, '');
export const noNameServer = 'no name server answers';
const theConfiguration = 'the configuration of ssh';

/**
 * Returns the failure for a name that has no address. `looked` is the name that was looked up: the host of the target, or a host on the way to it. The
 * sentence names the line of the user's files that gives the name. If no line gives it, the sentence names the nearest Host that ssh can find.
 */
export async function hostUnknown(node: string, target: SshTarget, why?: string, looked = target.host): Promise<RingmasterError> {
  const because = `this machine cannot resolve ${looked}`;
  const reason = why === undefined ? '' : `: ${why}`;
  const fields = { node, host: looked };
  const cannot = `connect to node ${node}`;
  const given = givenBy(target, looked);
  if (given !== undefined) {
    const { option, place, near } = given;
    return new RingmasterError('transport.unknown-host', {
      cannot,
      because: `${because}, which ${option} for ${target.name} gives (${place})${reason}`,
      hint: { say: `${near === undefined ? `another ${option}` : `${option} ${near}`} in ${place}, until this command works`, run: target.byHand },
      fields,
    });
  }
  const near = await nearestFree(node, withoutUser(target.name));
  if (near === undefined)
    return new RingmasterError('transport.unknown-host', {
      cannot,
      because: `${because}${reason}`,
      hint: {
        say: `a name that ssh can reach, as ${clusterKey('ssh.host')} of the node in the cluster file`,
        run: `ssh ${withoutUser(target.name)} true`,
      },
      fields,
    });
  return new RingmasterError('transport.unknown-host', {
    cannot,
    because: `${because}${reason}; nearest Host in your configuration: ${near}`,
    hint: { say: `${clusterKey('ssh.host')}: ${near} for the node in the cluster file`, run: `ssh ${near} true` },
    fields,
  });
}

interface Given {
  readonly option: 'HostName' | 'ProxyJump' | 'ProxyCommand';
  readonly place: string;
  /** The value of the option with the nearest Host of the user's files in it. */
  readonly near?: string;
}

/** Returns the option of the user's files that gives a name which was looked up. Returns undefined when the cluster file gives the name. */
function givenBy({ name, host, changed }: SshTarget, looked: string): Given | undefined {
  if (looked.toLowerCase() === host.toLowerCase()) {
    if (looked.toLowerCase() === withoutUser(name).toLowerCase()) return undefined;
    return { option: 'HostName', place: placeOf(name, 'HostName', host) ?? theConfiguration };
  }
  const hostName = placeOfHostName(name, looked);
  if (hostName !== undefined) return { option: 'HostName', place: hostName };
  const option = changed['proxyjump'] === undefined ? 'ProxyCommand' : 'ProxyJump';
  const value = changed[option.toLowerCase()] ?? '';
  const place = placeOf(name, option, value) ?? theConfiguration;
  const near = nearestName(looked, hostsInConfig(name));
  return near === undefined || near === looked || !value.includes(looked)
    ? { option, place }
    : { option, place, near: value.replace(looked, () => near) };
}

/** Returns the Host of the user's files that is nearest to a name, that ssh can find, and that is the host of no other node. */
async function nearestFree(node: string, wanted: string): Promise<string | undefined> {
  const taken = [...openHosts].flatMap((open) => (open.node === node ? [] : [withoutUser(open.host)]));
  const near = nearestName(
    wanted,
    hostsInConfig(wanted).filter((host) => host !== wanted && !taken.includes(host)),
  );
  return near !== undefined && (await isFound(near)) ? near : undefined;
}
