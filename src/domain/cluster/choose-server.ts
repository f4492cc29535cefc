/**
 * Chooses the Temporal server of a cluster, its own, which `up` starts, or an external one, and the namespace. The workflows of a cluster are in one
 * namespace of one server only, so neither changes by an environment variable or a profile. They change by a word in the cluster file.
 *
 *   the file says `own`                    own; a server that the environment names is passed over
 *   the file says `external`               the address of the file, else of an external server before, else of the environment
 *   no word, the cluster ran before        the same server as before; a server that the environment names is passed over
 *   no word, the first start               the server that the environment names, else own
 *   no word, and the address is our own    own, because the own server is no external one (unless another server has the port at the first start)
 *
 * The namespace is that of the file, else that of the cluster before on a server of the same kind, else that of the environment for an external server
 * whose address it names, else `default`.
 */
import { given } from '../../base/given.ts';
import { clusterKey } from './cluster-key.ts';
import { RingmasterError } from '../failure/error.ts';

/** A server that `TEMPORAL_ADDRESS` or a Temporal profile names. */
export interface NamedServer {
  readonly address: string;
  readonly from: string;
  /** True when the host of the address is a name, or an address, of this machine. */
  readonly isHere?: boolean;
  readonly namespace?: { readonly name: string; readonly from: string };
}

/** The namespace of a cluster for which nothing names another. */
export const namespaceDefault = 'default';

export interface ServerQuestion {
  /** The words of the cluster file. */
  readonly file: { readonly server?: 'own' | 'external'; readonly address?: string; readonly namespace?: string };
  readonly named: NamedServer | undefined;
  /** The port of the own server. */
  readonly port: number;
  /** The server of the cluster before this `up`. */
  readonly before: ServerBefore | undefined;
  /** True when a server that is not ours listens on the own port. It matters only at the first start. */
  readonly isPortTaken?: boolean;
}

export interface ServerBefore {
  readonly embedded: boolean;
  readonly address: string;
  readonly port: number;
  readonly namespace: string;
  /** False for a choice of an older version, which took the own server for an external one. */
  readonly isChosen: boolean;
}

export interface ServerChoice {
  readonly server: 'own' | 'external';
  readonly address: string;
  readonly namespace: string;
  /** Why this server was chosen, for people. */
  readonly because: string;
  /** A server or a namespace that was named and not used, for people. */
  readonly passedOver?: string;
}

export function chooseServer({ file, named, port, before, isPortTaken = false }: ServerQuestion): ServerChoice {
  const ports = [port, ...(before?.embedded === true ? [before.port] : [])];
  const isHere = (address: string): boolean => named?.isHere === true && address === named.address;
  const isOwn = (address: string): boolean => ports.some((one) => isOwnAddress(address, one) || (isHere(address) && partsOf(address)?.port === one));
  const kept = (kind: ServerChoice['server']): string | undefined => (before?.embedded === (kind === 'own') ? before.namespace : undefined);
  const own = (because: string): ServerChoice => {
    const namespace = file.namespace ?? kept('own') ?? namespaceDefault;
    const choice = { server: 'own', address: `127.0.0.1:${port}`, namespace, because } as const;
    return { ...choice, ...given({ passedOver: passedOver(named, choice, isOwn) }) };
  };
  const external = (address: string, because: string): ServerChoice => {
    const isUsed = (one: string): boolean => one === address;
    const ofEnvironment = named?.address === address ? named.namespace?.name : undefined;
    const namespace = file.namespace ?? kept('external') ?? ofEnvironment ?? namespaceDefault;
    const choice = { server: 'external', address, namespace, because } as const;
    return { ...choice, ...given({ passedOver: passedOver(named, choice, isUsed) }) };
  };
  const wasExternal = before !== undefined && !before.embedded && (before.isChosen || !isOwn(before.address));
  if (file.server === 'own') return own('temporal.server in the cluster file');
  if (file.address !== undefined) return external(file.address, 'temporal.address in the cluster file');
  if (file.server === 'external') {
    if (wasExternal) return external(before.address, 'temporal.server in the cluster file, as before');
    if (named !== undefined) return external(named.address, `temporal.server in the cluster file, and ${named.from}`);
    if (before !== undefined && !before.embedded) return external(before.address, 'temporal.server in the cluster file, as before');
    throw new RingmasterError('config.invalid', {
      cannot: 'find the external Temporal server',
      because: 'the cluster file says temporal.server: external, and nothing names its address',
      hint: { say: `${clusterKey('temporal.address')} in the cluster file, or TEMPORAL_ADDRESS, or a Temporal profile` },
    });
  }
  if (wasExternal) return external(before.address, 'the cluster was started on it');
  if (before === undefined && named !== undefined && (isPortTaken || !isOwn(named.address))) return external(named.address, named.from);
  if (named !== undefined && isOwn(named.address)) return own(`${named.from} names the cluster's own server`);
  return own(before === undefined ? 'the default' : 'the cluster was started on it');
}

function passedOver(
  named: NamedServer | undefined,
  { server, namespace }: Pick<ServerChoice, 'server' | 'namespace'>,
  isUsed: (address: string) => boolean,
): string | undefined {
  if (named === undefined) return undefined;
  const { from, address } = named;
  if (isUsed(address)) return otherNamespace(named, namespace);
  const word = server === 'own' ? 'temporal.server: external' : `temporal.address: ${address}`;
  return `${from} names ${address}, which is not used; ${word} in the cluster file would use it`;
}

function otherNamespace({ namespace }: NamedServer, used: string): string | undefined {
  if (namespace === undefined || namespace.name === used) return undefined;
  const { from, name } = namespace;
  return `${from} names the namespace ${name}, which is not used; temporal.namespace: ${name} in the cluster file would use it`;
}

const loopback = /^(127(\.\d{1,3}){1,3}|localhost\.?|ip6-(localhost|loopback)|\[?::1?\]?|0\.0\.0\.0)$/i;

/** Returns the parts of an address. An address without a port has Temporal's usual port, 7233. */
function partsOf(address: string): { readonly host: string; readonly port: number } | undefined {
  const match = /^(?:\w+:\/\/\/?)?(\[[^\]]*\]|[^:/]*|[0-9a-f:]*::1)(?::(\d+))?\/?$/i.exec(address.trim());
  return match === null ? undefined : { host: match[1] ?? '', port: Number(match[2] ?? 7_233) };
}

const withoutBrackets = (host: string): string => host.replaceAll(/[[\]]/g, '');

/** Returns the host of an address, without the brackets of an IPv6 address. */
export function hostOfAddress(address: string): string | undefined {
  const parts = partsOf(address);
  return parts === undefined ? undefined : withoutBrackets(parts.host);
}

/** True when the address is the port of this machine on which the own server listens. */
export function isOwnAddress(address: string, port: number): boolean {
  const parts = partsOf(address);
  return parts !== undefined && loopback.test(parts.host) && parts.port === port;
}

/** Returns where a server on the loopback of this machine listens. Returns undefined for the address of a server elsewhere. */
export function loopbackServer(address: string): { readonly host: string; readonly port: number } | undefined {
  const parts = partsOf(address);
  if (parts === undefined || !loopback.test(parts.host)) return undefined;
  const host = withoutBrackets(parts.host);
  return { host: host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host, port: parts.port };
}
